try:
    pass
except*:
    pass

# expect-stderr:     except*:
# expect-stderr:            ^
# expect-error: SyntaxError: expected one or more exception types
