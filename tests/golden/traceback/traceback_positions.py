import dis
def f(a, b):
    return a.x + b[0]
co = f.__code__
pos = list(co.co_positions())
print(all(len(p) == 4 for p in pos), {p[0] for p in pos if p[0]} == {2, 3} or {p[0] for p in pos if p[0]} == {3}, co.co_firstlineno, co.co_name, co.co_filename.endswith(".py"))
print([l for *_, l in co.co_lines() if l][-1])

# expect: True True 2 f True
# expect: 3
