def f(a, a): pass

# expect-stderr:     def f(a, a): pass
# expect-stderr:              ^
# expect-error: SyntaxError: duplicate argument 'a' in function definition
