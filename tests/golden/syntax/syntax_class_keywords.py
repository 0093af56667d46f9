class A(x for x in y): pass

# expect-stderr:     class A(x for x in y): pass
# expect-stderr:               ^^^
# expect-error: SyntaxError: invalid syntax
