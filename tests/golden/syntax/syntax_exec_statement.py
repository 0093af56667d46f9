exec "x"

# expect-stderr:     exec "x"
# expect-stderr:     ^^^^^^^^
# expect-error: SyntaxError: Missing parentheses in call to 'exec'. Did you mean exec(...)?
