"\x4"

# expect-stderr:     "\x4"
# expect-stderr:     ^^^^^
# expect-error: SyntaxError: (unicode error) 'unicodeescape' codec can't decode bytes in position 0-2: truncated \xXX escape
