from x import a,

# expect-stderr:     from x import a,
# expect-stderr:                     ^
# expect-error: SyntaxError: trailing comma not allowed without surrounding parentheses
