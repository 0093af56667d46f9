match 1:
    case [a] | b: pass

# expect-error: SyntaxError: alternative patterns bind different names
