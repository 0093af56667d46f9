class A:
    def f(self): return 1
class B(A): pass
def call(o): return o.f()
b = B()
out = [call(b) for _ in range(50)][-1:]
A.f = lambda self: 2
out.append(call(b))
B.f = lambda self: 3
out.append(call(b))
b.f = lambda: 4
out.append(call(b))
del b.f, B.f
out.append(call(b))
print(out)  # expect: [1, 2, 3, 4, 2]
