exec("(" * 300 + ")" * 300)

# expect-error: SyntaxError: too many nested parentheses
