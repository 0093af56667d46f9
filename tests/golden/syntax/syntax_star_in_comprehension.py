[*x for x in y]

# expect-stderr:     [*x for x in y]
# expect-stderr:      ^^
# expect-error: SyntaxError: iterable unpacking cannot be used in comprehension
