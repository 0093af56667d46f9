del 5

# expect-stderr:     del 5
# expect-stderr:         ^
# expect-error: SyntaxError: cannot delete literal
