def f(*): pass

# expect-stderr:     def f(*): pass
# expect-stderr:           ^
# expect-error: SyntaxError: named arguments must follow bare *
