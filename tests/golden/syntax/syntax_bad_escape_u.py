"\u12"

# expect-stderr:     "\u12"
# expect-stderr:     ^^^^^^
# expect-error: SyntaxError: (unicode error) 'unicodeescape' codec can't decode bytes in position 0-3: truncated \uXXXX escape
