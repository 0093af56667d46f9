x = 1 \ 2

# expect-stderr:     x = 1 \ 2
# expect-stderr:            ^
# expect-error: SyntaxError: unexpected character after line continuation character
