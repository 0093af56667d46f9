1 <> 2

# expect-stderr:     1 <> 2
# expect-stderr:       ^^
# expect-error: SyntaxError: invalid syntax.  Maybe you meant '!=' instead of '<>'?
