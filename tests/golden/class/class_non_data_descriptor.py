class N:
    def __get__(self, obj, owner):
        return "from descriptor"
class A:
    f = N()
a = A()
print(a.f)  # expect: from descriptor
a.f = "own"
print(a.f, A.f)  # expect: own from descriptor
