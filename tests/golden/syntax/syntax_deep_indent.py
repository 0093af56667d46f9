exec("".join(" " * i + "if 1:\n" for i in range(101)) + " " * 101 + "pass")

# expect-error: IndentationError: too many levels of indentation
