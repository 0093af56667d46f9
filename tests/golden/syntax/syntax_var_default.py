def f(*a=1): pass

# expect-stderr:     def f(*a=1): pass
# expect-stderr:             ^
# expect-error: SyntaxError: var-positional argument cannot have default value
