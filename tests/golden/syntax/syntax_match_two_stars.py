match x:
    case [*a, *b]: pass

# expect-stderr:     case [*a, *b]: pass
# expect-stderr:          ^^^^^^^^
# expect-error: SyntaxError: multiple starred names in sequence pattern
