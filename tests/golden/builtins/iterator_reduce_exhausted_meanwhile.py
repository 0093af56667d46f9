# __reduce__ looks `iter` up first: what that does to the iterator counts.
import builtins

def reduce_of(value):
    it = iter(value)

    class Name(str):
        def __hash__(self):
            return hash("iter")
        def __eq__(self, other):
            list(it)
            return str(self) == other

    names = vars(builtins)
    old = names.pop("iter")
    names[Name("iter")] = old
    try:
        return it.__reduce__()[1:]
    finally:
        for key in list(names):
            if type(key) is Name:
                del names[key]
        names["iter"] = old

for value in "xyz", b"xyz", bytearray(3), (1, 2), [1, 2]:
    print(reduce_of(value))
# expect: (('',),)
# expect: (((),),)
# expect: (((),),)
# expect: (((),),)
# expect: (([],),)
