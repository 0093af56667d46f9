import threading
class A: pass
a = A()
a.n = 0
stop = False
def writer(k):
    for i in range(3000):
        setattr(a, f"f{k}_{i % 20}", i)
        if i % 3 == 0 and hasattr(a, f"f{k}_{i % 20}"): delattr(a, f"f{k}_{i % 20}")
def reader():
    while not stop:
        a.n
        dict(a.__dict__)
ws = [threading.Thread(target=writer, args=(k,)) for k in range(2)]
r = threading.Thread(target=reader)
r.start()
for w in ws: w.start()
for w in ws: w.join()
stop = True
r.join()
print(a.n, all(k.startswith("f") or k == "n" for k in vars(a)))  # expect: 0 True
