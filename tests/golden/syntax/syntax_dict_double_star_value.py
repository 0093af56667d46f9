x = {"a": *b}

# expect-stderr:     x = {"a": *b}
# expect-stderr:               ^^
# expect-error: SyntaxError: cannot use a starred expression in a dictionary value
