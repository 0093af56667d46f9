if True:
pass

# expect-stderr:     pass
# expect-stderr:     ^^^^
# expect-error: IndentationError: expected an indented block after 'if' statement on line 1
