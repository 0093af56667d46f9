match x:
    case {"a": 1, **b.c}: pass

# expect-stderr:     case {"a": 1, **b.c}: pass
# expect-stderr:                      ^
# expect-error: SyntaxError: invalid syntax
