try:
    pass
except ValueError:
    pass
except* TypeError:
    pass

# expect-stderr:     except* TypeError:
# expect-stderr:     ^^^^^^^
# expect-error: SyntaxError: cannot have both 'except' and 'except*' on the same 'try'
