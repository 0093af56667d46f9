class Meta(type):
    def __new__(m, name, bases, ns, **kw):
        ns["made_by"] = m.__name__
        c = super().__new__(m, name, bases, ns)
        c.kw = kw
        return c
    def __init__(cls, name, bases, ns, **kw):
        super().__init__(name, bases, ns)
    def __call__(cls, *a):
        o = super().__call__(*a)
        o.called = True
        return o
    @classmethod
    def __prepare__(m, name, bases, **kw):
        return {"prepared": name}
    def __len__(cls): return 99
    def __contains__(cls, x): return x == 1
class A(metaclass=Meta, flag=1): pass
print(A.made_by, A.kw, A().called, A.prepared, len(A), 1 in A, type(A).__name__, type(Meta))
class B(A, other=2): pass
print(B.kw, isinstance(B, Meta))

# expect: Meta {'flag': 1} True A 99 True Meta <class 'type'>
# expect: {'other': 2} True
