# SPDX-License-Identifier: MIT
# f(**mapping): the callee gets a dict of its own, in the order of the call; what is no mapping, keys that are no str, names given twice, also beside names
# that are written out; operands are evaluated from left to right before anything is merged.
import collections


def g(*a, **k):
    return a, k


class Keys:
    def keys(self):
        return ["p", "q"]

    def __getitem__(self, k):
        return k * 2


class NoKeys(Exception):
    def keys(self):
        raise AttributeError("mine")


class BadKeys:
    def keys(self):
        raise KeyError("k")


def told(n):
    print("told", n)
    return n


d = {"y": 4}
r = g(**d)
print(r, r[1] is d, dict(**d) is d)
print(g(**Keys()), g(**collections.OrderedDict(z=1)))
print(g(1, 2, x=3, **{"y": 4}, z=5, w=6))
print(g(1, *[2], 3, **{"y": 4}), g(**{}), g(x=1, **{}), g(*(), x=1))
print(g(told(1), a=told(2), b=told(3), **told({"q": 4}), c=told(5)))
for text in ("g(**3)", "g(**None)", "dict(**3)", "g(**{1: 2})", "dict(**{1: 2})", "g(a=1, **{1: 2})", "g(a=1, **3)", "g(a=1, **{'a': 2})",
             "g(**{'a': 2}, b=told(7), a=told(1))", "g(**{'a': 2}, **{'a': 3})", "len(**{'a': 2})", "print(**3)", "Keys(**3)", "Keys().keys(**4)",
             "g(**NoKeys())", "g(a=1, **NoKeys())", "g(**BadKeys())", "g(a=1, **BadKeys())"):
    try:
        print(eval(text))
    except Exception as e:
        print(text, type(e).__name__, e)
many = eval("g(%s, **d, %s)" % (", ".join("a%d=%d" % (i, i) for i in range(150)), ", ".join("b%d=%d" % (i, i) for i in range(70))))[1]
print(len(many), list(many)[:2], list(many)[149:152], list(many)[-1], list(many.values())[-1])
print(eval("len(g(%s, **d)[0])" % ", ".join(map(str, range(300)))))
# expect: ((), {'y': 4}) False False
# expect: ((), {'p': 'pp', 'q': 'qq'}) ((), {'z': 1})
# expect: ((1, 2), {'x': 3, 'y': 4, 'z': 5, 'w': 6})
# expect: ((1, 2, 3), {'y': 4}) ((), {}) ((), {'x': 1}) ((), {'x': 1})
# expect: told 1
# expect: told 2
# expect: told 3
# expect: told {'q': 4}
# expect: told 5
# expect: ((1,), {'a': 2, 'b': 3, 'q': 4, 'c': 5})
# expect: g(**3) TypeError __main__.g() argument after ** must be a mapping, not int
# expect: g(**None) TypeError __main__.g() argument after ** must be a mapping, not NoneType
# expect: dict(**3) TypeError dict() argument after ** must be a mapping, not int
# expect: g(**{1: 2}) TypeError keywords must be strings
# expect: dict(**{1: 2}) TypeError keywords must be strings
# expect: g(a=1, **{1: 2}) TypeError keywords must be strings
# expect: g(a=1, **3) TypeError __main__.g() argument after ** must be a mapping, not int
# expect: g(a=1, **{'a': 2}) TypeError __main__.g() got multiple values for keyword argument 'a'
# expect: told 7
# expect: told 1
# expect: g(**{'a': 2}, b=told(7), a=told(1)) TypeError __main__.g() got multiple values for keyword argument 'a'
# expect: g(**{'a': 2}, **{'a': 3}) TypeError __main__.g() got multiple values for keyword argument 'a'
# expect: len(**{'a': 2}) TypeError len() takes no keyword arguments
# expect: print(**3) TypeError print() argument after ** must be a mapping, not int
# expect: Keys(**3) TypeError __main__.Keys() argument after ** must be a mapping, not int
# expect: Keys().keys(**4) TypeError __main__.Keys.keys() argument after ** must be a mapping, not int
# expect: g(**NoKeys()) TypeError __main__.g() argument after ** must be a mapping, not NoKeys
# expect: g(a=1, **NoKeys()) TypeError __main__.g() argument after ** must be a mapping, not NoKeys
# expect: g(**BadKeys()) TypeError __main__.g() got multiple values for keyword argument 'k'
# expect: g(a=1, **BadKeys()) TypeError __main__.g() got multiple values for keyword argument 'k'
# expect: 221 ['a0', 'a1'] ['a149', 'y', 'b0'] b69 69
# expect: 300
