print("é€😀".encode(), "é".encode("latin-1"), "abc".encode("ascii"), "€".encode("utf-16"), "a€".encode("ascii", "xmlcharrefreplace"), "a€".encode("ascii", "backslashreplace"), "a€".encode("ascii", "namereplace"))

# expect: b'\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80' b'\xe9' b'abc' b'\xff\xfe\xac ' b'a&#8364;' b'a\\u20ac' b'a\\N{EURO SIGN}'
