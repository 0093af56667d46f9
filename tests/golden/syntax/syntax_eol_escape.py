# expect-error: SyntaxError: unterminated string literal (detected at line 4)
# expect-stderr:     x = "abc\
# expect-stderr:         ^
x = "abc\
