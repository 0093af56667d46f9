[x := 1 for x in y]

# expect-stderr:     [x := 1 for x in y]
# expect-stderr:      ^
# expect-error: SyntaxError: assignment expression cannot rebind comprehension iteration variable 'x'
