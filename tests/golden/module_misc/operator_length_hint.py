# The default may be negative; what __length_hint__ gives may not.
from operator import length_hint
class Hint:
    def __init__(self, value):
        self.value = value
    def __length_hint__(self):
        if isinstance(self.value, Exception):
            raise self.value
        return self.value
print(length_hint(None, -1), length_hint(object(), -7), length_hint(iter([1]), -1), length_hint([], -1))  # expect: -1 -7 1 0
for value in 3, True, NotImplemented, TypeError("t"), -1, "x", ValueError("v"):
    try:
        print(length_hint(Hint(value)), length_hint(Hint(value), -7))
    except Exception as e:
        print(repr(e))
# expect: 3 3
# expect: 1 1
# expect: 0 -7
# expect: 0 -7
# expect: ValueError('__length_hint__() should return >= 0')
# expect: TypeError('__length_hint__ must be an integer, not str')
# expect: ValueError('v')
