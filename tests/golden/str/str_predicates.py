for s in ("abc", "ABC", "123", "²", "½", "a1", "a_1", "1a", " ", "", "Ab", "\u0663", "日本"):
    print(repr(s), s.isalpha(), s.isdigit(), s.isdecimal(), s.isnumeric(), s.isalnum(), s.isidentifier(), s.isspace(), s.isupper(), s.islower(), s.istitle(), s.isprintable(), s.isascii())

# expect: 'abc' True False False False True True False False True False True True
# expect: 'ABC' True False False False True True False True False False True True
# expect: '123' False True True True True False False False False False True True
# expect: '²' False True False True True False False False False False True False
# expect: '½' False False False True True False False False False False True False
# expect: 'a1' False False False False True True False False True False True True
# expect: 'a_1' False False False False False True False False True False True True
# expect: '1a' False False False False True False False False True False True True
# expect: ' ' False False False False False False True False False False True True
# expect: '' False False False False False False False False False False True True
# expect: 'Ab' True False False False True True False False False True True True
# expect: '٣' False True True True True False False False False False True False
# expect: '日本' True False False False True True False False False False True False
