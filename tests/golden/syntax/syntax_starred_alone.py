*a

# expect-stderr:     *a
# expect-stderr:     ^^
# expect-error: SyntaxError: can't use starred expression here
