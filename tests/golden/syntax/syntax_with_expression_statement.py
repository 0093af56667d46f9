with: pass

# expect-stderr:     with: pass
# expect-stderr:         ^
# expect-error: SyntaxError: invalid syntax
