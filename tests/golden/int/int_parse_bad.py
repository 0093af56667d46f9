for s in ("", "1__0", "_1", "0x", "12a", "1.5", " "):
    try:
        int(s)
    except ValueError as e:
        print(e)
try:
    int("9", 8)
except ValueError as e:
    print(e)
try:
    int("1", 1)
except ValueError as e:
    print(e)

# expect: invalid literal for int() with base 10: ''
# expect: invalid literal for int() with base 10: '1__0'
# expect: invalid literal for int() with base 10: '_1'
# expect: invalid literal for int() with base 10: '0x'
# expect: invalid literal for int() with base 10: '12a'
# expect: invalid literal for int() with base 10: '1.5'
# expect: invalid literal for int() with base 10: ' '
# expect: invalid literal for int() with base 8: '9'
# expect: int() base must be >= 2 and <= 36, or 0
