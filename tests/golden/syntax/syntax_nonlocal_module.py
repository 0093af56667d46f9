nonlocal x

# expect-stderr:     nonlocal x
# expect-stderr:     ^^^^^^^^^^
# expect-error: SyntaxError: nonlocal declaration not allowed at module level
