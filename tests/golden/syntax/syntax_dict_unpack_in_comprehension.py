{**x for x in y}

# expect-stderr:     {**x for x in y}
# expect-stderr:      ^^
# expect-error: SyntaxError: dict unpacking cannot be used in dict comprehension
