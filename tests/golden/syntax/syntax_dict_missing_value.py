x = {"a": }

# expect-stderr:     x = {"a": }
# expect-stderr:             ^
# expect-error: SyntaxError: expression expected after dictionary key and ':'
