def f(*a, *b): pass

# expect-stderr:     def f(*a, *b): pass
# expect-stderr:               ^
# expect-error: SyntaxError: * argument may appear only once
