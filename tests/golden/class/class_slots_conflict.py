class A:
    __slots__ = ("x",)
    x = 1

# expect-error: ValueError: 'x' in __slots__ conflicts with class variable
