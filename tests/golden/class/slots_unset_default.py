# SPDX-License-Identifier: MIT
# An empty __slots__ member is no attribute for getattr() with a default, for hasattr() and for __getattr__; reading it says which.
class S:
    __slots__ = ("a", "_b")

class Sub(S):
    __slots__ = ()
    def __getattr__(self, name):
        return "hook " + name

class D(dict):
    __slots__ = ("root",)

for o in (S(), D()):
    name = "a" if isinstance(o, S) else "root"
    print(getattr(o, name, "default"), hasattr(o, name))
    try:
        getattr(o, name)
    except AttributeError as e:
        print(e, e.name, e.obj is o)
    setattr(o, name, None)
    print(getattr(o, name, "default"), hasattr(o, name))
    delattr(o, name)
    print(getattr(o, name, "default"), hasattr(o, name))
# expect: default False
# expect: 'S' object has no attribute 'a' a True
# expect: None True
# expect: default False
# expect: default False
# expect: 'D' object has no attribute 'root' root True
# expect: None True
# expect: default False

s = Sub()
print(s.a, getattr(s, "_b", 1), hasattr(s, "a"))
s.a = 2
print(s.a)
# expect: hook a hook _b True
# expect: 2
