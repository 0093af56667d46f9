__debug__ = 1

# expect-stderr:     __debug__ = 1
# expect-stderr:     ^^^^^^^^^
# expect-error: SyntaxError: cannot assign to __debug__
