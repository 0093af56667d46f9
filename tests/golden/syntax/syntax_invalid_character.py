x = 1 € 2

# expect-stderr:     x = 1 € 2
# expect-stderr:           ^
# expect-error: SyntaxError: invalid character '€' (U+20AC)
