x = {"a": 1, "b"}

# expect-stderr:     x = {"a": 1, "b"}
# expect-stderr:                    ^
# expect-error: SyntaxError: ':' expected after dictionary key
