# mro() of a metaclass looks at attributes of a class that is not complete yet.
class Meta(type):
    flag = 0

    def mro(self):
        if self.flag > 0:
            raise RuntimeError("twice")
        self.flag += 1
        return type.mro(self)


class C(metaclass=Meta):
    pass


print(C.flag)  # expect: 1
try:
    C.__bases__ = (C.__base__,)
    C.__class__.mro(C)
except (RuntimeError, TypeError) as e:
    print(e)  # expect: twice
