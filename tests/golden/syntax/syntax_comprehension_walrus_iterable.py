[x for x in (y := [1])]
[y for y in (y := [1])]

# expect-stderr:     [x for x in (y := [1])]
# expect-stderr:                  ^^^^^^^^
# expect-error: SyntaxError: assignment expression cannot be used in a comprehension iterable expression
