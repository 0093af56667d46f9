import a from b

# expect-stderr:     import a from b
# expect-stderr:     ^^^^^^^^^^^^^^^
# expect-error: SyntaxError: Did you mean to use 'from ... import ...' instead?
