def f():
x = 1

# expect-stderr:     x = 1
# expect-stderr:     ^
# expect-error: IndentationError: expected an indented block after function definition on line 1
