for x in y:
    try: pass
    except* E:
        break

# expect-stderr:     break
# expect-stderr:     ^^^^^
# expect-error: SyntaxError: 'break', 'continue' and 'return' cannot appear in an except* block
