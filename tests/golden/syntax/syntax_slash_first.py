def f(/, a): pass

# expect-stderr:     def f(/, a): pass
# expect-stderr:           ^
# expect-error: SyntaxError: at least one argument must precede /
