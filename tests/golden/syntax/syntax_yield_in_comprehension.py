def f():
    return [(yield) for x in y]

# expect-stderr:     return [(yield) for x in y]
# expect-stderr:              ^^^^^
# expect-error: SyntaxError: 'yield' inside list comprehension
