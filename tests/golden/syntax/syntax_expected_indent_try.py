try:
pass

# expect-stderr:     pass
# expect-stderr:     ^^^^
# expect-error: IndentationError: expected an indented block after 'try' statement on line 1
