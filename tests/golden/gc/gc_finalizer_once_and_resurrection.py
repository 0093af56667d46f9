import gc
saved = []
class A:
    def __del__(self):
        print("del")  # expect: del
        saved.append(self)
a = A()
a.me = a
del a
gc.collect()
print(len(saved))  # expect: 1
saved.clear()
gc.collect()
print("end")  # expect: end
