x = "abc

# expect-stderr:     x = "abc
# expect-stderr:         ^
# expect-error: SyntaxError: unterminated string literal (detected at line 1)
