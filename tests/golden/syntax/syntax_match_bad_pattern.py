match x:
    case 1 + 1: pass

# expect-stderr:     case 1 + 1: pass
# expect-stderr:              ^
# expect-error: SyntaxError: imaginary number required in complex literal
