def f(x: 1 / 0): pass
y: print("never")
(z): int = 5
class A: pass
a = A()
a.attr: print("annotated attribute") = 3
print("ok", z, a.attr)  # expect: ok 5 3
