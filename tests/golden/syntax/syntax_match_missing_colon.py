match x
    case 1: pass

# expect-stderr:     match x
# expect-stderr:            ^
# expect-error: SyntaxError: expected ':'
