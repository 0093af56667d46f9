def f(alpha):
    pass
f(alpa=1)

# expect-error: TypeError: f() got an unexpected keyword argument 'alpa'. Did you mean 'alpha'?
