def nested():
    class T:
        @classmethod
        def __module__(cls):
            return 1

    class U:
        __module__ = "builtins"

    class V:
        pass

    V.__module__ = 5

    class W:
        __module__ = "some.where"

    class X(type):
        pass

    class Y(metaclass=X):
        pass

    Y.__name__ = "Renamed"
    return T, U, V, W, X, Y


for c in *nested(), int, type(iter([])), type(lambda: 0), type(nested), Exception:
    print(repr(c), c.__qualname__, object.__repr__(c).split(" at 0x")[0])
    if c.__qualname__.startswith("nested"):
        print("   ", object.__repr__(c.__new__(c, "a", (), {}) if issubclass(c, type) else c()).split(" at 0x")[0])

# expect: <class 'T'> nested.<locals>.T <type object
# expect:     <T object
# expect: <class 'U'> nested.<locals>.U <type object
# expect:     <U object
# expect: <class 'V'> nested.<locals>.V <type object
# expect:     <V object
# expect: <class 'some.where.nested.<locals>.W'> nested.<locals>.W <type object
# expect:     <some.where.nested.<locals>.W object
# expect: <class '__main__.nested.<locals>.X'> nested.<locals>.X <type object
# expect:     <__main__.nested.<locals>.X object
# expect: <class '__main__.nested.<locals>.Y'> nested.<locals>.Y <__main__.nested.<locals>.X object
# expect:     <__main__.nested.<locals>.Y object
# expect: <class 'int'> int <type object
# expect: <class 'list_iterator'> list_iterator <type object
# expect: <class 'function'> function <type object
# expect: <class 'function'> function <type object
# expect: <class 'Exception'> Exception <type object
