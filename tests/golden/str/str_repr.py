print(repr("a'b"), repr('a"b'), repr("a'b\"c"), repr("\n\t\\\x00\x7f\xa0\u200b\U0001f600é"), ascii("é€😀"), repr("\ud800"))

# expect: "a'b" 'a"b' 'a\'b"c' '\n\t\\\x00\x7f\xa0\u200b😀é' '\xe9\u20ac\U0001f600' '\ud800'
