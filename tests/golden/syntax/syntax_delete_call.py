del f()

# expect-stderr:     del f()
# expect-stderr:         ^^^
# expect-error: SyntaxError: cannot delete function call
