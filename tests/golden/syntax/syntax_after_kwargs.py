def f(**k, a): pass

# expect-stderr:     def f(**k, a): pass
# expect-stderr:                ^
# expect-error: SyntaxError: arguments cannot follow var-keyword argument
