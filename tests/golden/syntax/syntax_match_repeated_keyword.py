match x:
    case A(a=1, a=2): pass

# expect-stderr:     case A(a=1, a=2): pass
# expect-stderr:                   ^
# expect-error: SyntaxError: attribute name repeated in class pattern: a
