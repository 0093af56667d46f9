compile("1\n2", "f", "single")

# expect-error: SyntaxError: multiple statements found while compiling a single statement
