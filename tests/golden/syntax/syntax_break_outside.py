break

# expect-stderr:     break
# expect-stderr:     ^^^^^
# expect-error: SyntaxError: 'break' outside loop
