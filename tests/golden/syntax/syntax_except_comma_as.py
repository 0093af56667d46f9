try:
    pass
except A, B as e:
    pass

# expect-stderr:     except A, B as e:
# expect-stderr:            ^^^^^^^^^
# expect-error: SyntaxError: multiple exception types must be parenthesized when using 'as'
