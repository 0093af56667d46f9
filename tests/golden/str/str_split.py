print("a b  c ".split(), "a,b,,c".split(","), "a,b,c".split(",", 1), "a,b,c".rsplit(",", 1), "".split(), "".split(","), "  x".split(" "))
print("a\nb\r\nc\x0bd\u2028e".splitlines(), "a\nb\n".splitlines(True), "k=v=w".partition("="), "k=v=w".rpartition("="), "abc".partition("x"))
print("one  two".split(maxsplit=1), "\u2003a\u2003b".split(), " a b c ".rsplit(None, 1))

# expect: ['a', 'b', 'c'] ['a', 'b', '', 'c'] ['a', 'b,c'] ['a,b', 'c'] [] [''] ['', '', 'x']
# expect: ['a', 'b', 'c', 'd', 'e'] ['a\n', 'b\n'] ('k', '=', 'v=w') ('k=v', '=', 'w') ('abc', '', '')
# expect: ['one', 'two'] ['a', 'b'] [' a b', 'c']
