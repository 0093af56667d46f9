from x import

# expect-stderr:     from x import
# expect-stderr:                  ^
# expect-error: SyntaxError: Expected one or more names after 'import'
