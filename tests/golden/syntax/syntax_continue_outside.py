continue

# expect-stderr:     continue
# expect-stderr:     ^^^^^^^^
# expect-error: SyntaxError: 'continue' not properly in loop
