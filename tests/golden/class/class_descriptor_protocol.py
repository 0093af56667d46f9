class D:
    def __set_name__(self, owner, name):
        self.name = name
        print("set_name", owner.__name__, name)
    def __get__(self, obj, owner=None):
        return self if obj is None else obj.__dict__.get(self.name, "unset")
    def __set__(self, obj, v):
        obj.__dict__[self.name] = v * 2
    def __delete__(self, obj):
        print("delete", self.name)
class A:
    f = D()
a = A()
print(a.f, A.f is A.__dict__["f"])
a.f = 5
print(a.f, a.__dict__)
a.__dict__["f"] = 1
print(a.f)
del a.f

# expect: set_name A f
# expect: unset True
# expect: 10 {'f': 10}
# expect: 1
# expect: delete f
