def f(x, acc=[]):
    acc.append(x)
    return acc
print(f(1), f(2), f.__defaults__)  # expect: [1, 2] [1, 2] ([1, 2],)
def g(*, k={}):
    return k
print(g.__kwdefaults__)  # expect: {'k': {}}
g.__kwdefaults__ = {"k": 5}
f.__defaults__ = (None,)
print(g(), f.__defaults__)  # expect: 5 (None,)
