f"{1"

# expect-error: SyntaxError: f-string: expecting '}'
