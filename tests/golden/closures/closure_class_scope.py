x = "global"
def f():
    x = "local"
    class A:
        y = x
        x = "class"
        def m(self):
            return x
    return A.y if False else A().m(), A.x
try:
    print(f())  # expect: ('local', 'class')
except NameError as e:
    print(e)
class B:
    x = 5
    ys = [x for _ in range(2)]
    f = lambda self: x
print(B.ys, B().f())  # expect: ['global', 'global'] global
