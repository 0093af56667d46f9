def f(a=1, b): pass

# expect-stderr:     def f(a=1, b): pass
# expect-stderr:                ^
# expect-error: SyntaxError: parameter without a default follows parameter with a default
