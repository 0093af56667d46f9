class A:
    def m(self): pass
a = A()
a.x = 1
print([n for n in dir(a) if not n.startswith("_")], vars(a), "__init__" in dir(A), sorted(dir({}))[-3:])
def f():
    q = 1
    return locals(), dir()
print(f())

# expect: ['m', 'x'] {'x': 1} True ['setdefault', 'update', 'values']
# expect: ({'q': 1}, ['q'])
