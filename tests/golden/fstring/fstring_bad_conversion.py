x = 1
f"{x!z}"

# expect-error: SyntaxError: f-string: invalid conversion character 'z': expected 's', 'r', or 'a'
