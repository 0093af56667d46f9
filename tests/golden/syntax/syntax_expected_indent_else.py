if True:
    pass
else:
x = 1

# expect-stderr:     x = 1
# expect-stderr:     ^
# expect-error: IndentationError: expected an indented block after 'else' statement on line 3
