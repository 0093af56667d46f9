def f(x):
    match x:
        case 0: return "zero"
        case 1 | 2: return "small"
        case -1: return "minus one"
        case "a" | "b": return "letter"
        case None: return "none"
        case True: return "never, 1 matched first"
        case 3.5: return "float"
        case b"x": return "bytes"
        case 1 + 2j: return "complex"
        case _: return "other"
print([f(x) for x in (0, 1, 2, -1, "b", None, True, False, 3.5, b"x", 1 + 2j, [])])

# expect: ['zero', 'small', 'small', 'minus one', 'letter', 'none', 'small', 'zero', 'float', 'bytes', 'complex', 'other']
