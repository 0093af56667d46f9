def f(*, key, other):
    pass
f(key=1)

# expect-error: TypeError: f() missing 1 required keyword-only argument: 'other'
