match [1, 2]:
    case [a, a]: pass

# expect-error: SyntaxError: multiple assignments to name 'a' in pattern
