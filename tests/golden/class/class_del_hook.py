class A:
    def __init__(self, n): self.n = n
    def __del__(self): print("del", self.n)
a = A(1)
a = A(2)
b = a
del a
print("still")
del b
def f():
    x = A(3)
f()
[A(4)]
print("end")

# expect: del 1
# expect: still
# expect: del 2
# expect: del 3
# expect: del 4
# expect: end
