def make():
    n = 0
    def inc():
        nonlocal n
        n += 1
        return n
    def get():
        return n
    return inc, get
inc, get = make()
inc()
inc()
print(get(), inc.__closure__[0].cell_contents, inc.__code__.co_freevars, make.__code__.co_cellvars)

# expect: 2 2 ('n',) ('n',)
