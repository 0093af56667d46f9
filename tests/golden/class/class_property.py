class T:
    def __init__(self):
        self._c = 0
    @property
    def c(self):
        "degrees"
        return self._c
    @c.setter
    def c(self, v):
        if v < -273:
            raise ValueError("too cold")
        self._c = v
    @c.deleter
    def c(self):
        self._c = None
t = T()
t.c = 20
print(t.c, T.c.__doc__, type(T.c).__name__, T.c.fget.__name__)  # expect: 20 degrees property c
del t.c
print(t.c)  # expect: None
try:
    t.c = -300
except ValueError as e:
    print(e)  # expect: too cold
