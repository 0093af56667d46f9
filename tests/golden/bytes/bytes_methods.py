print(b"Hello World".title(), b"aXbX".partition(b"X"), b"aXbX".rpartition(b"X"), b"abc".center(7, b"*"))
print(b"12".isdigit(), b"ab".isalpha(), b"a\tb".expandtabs(4), b"abc".translate(bytes(range(256)), b"b"))
print(b"a\nb\r\nc".splitlines(), b"abc".removeprefix(b"a"), b"abc".removesuffix(b"c"), b"7".zfill(3), b"abcabc".count(b"bc"))
print(b"abcabc".rfind(b"b"), b"abc".index(b"b"), b"a b  c".split(), b"a,b,c".rsplit(b",", 1))

# expect: b'Hello World' (b'a', b'X', b'bX') (b'aXb', b'X', b'') b'**abc**'
# expect: True True b'a   b' b'ac'
# expect: [b'a', b'b', b'c'] b'bc' b'ab' b'007' 2
# expect: 4 1 [b'a', b'b', b'c'] [b'a,b', b'c']
