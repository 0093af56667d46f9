print "hello"

# expect-stderr:     print "hello"
# expect-stderr:     ^^^^^^^^^^^^^
# expect-error: SyntaxError: Missing parentheses in call to 'print'. Did you mean print(...)?
