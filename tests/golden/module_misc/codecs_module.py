import codecs
print(codecs.encode("abc", "rot13"), codecs.decode(b"YWJj", "base64"), codecs.lookup("utf8").name, codecs.BOM_UTF8, codecs.getincrementaldecoder("utf8")().decode(b"\xe2\x82", False) == "", "ü".encode("idna"), "abc".encode("utf-7"), codecs.escape_decode(b"\\x41")[0])
codecs.register_error("stars", lambda e: ("*" * (e.end - e.start), e.end))
print("aéb".encode("ascii", "stars"), b"a\xffb".decode("utf8", "stars"))
print("é".encode("cp1252"), b"\x80".decode("cp1252"), "я".encode("koi8-r"))

# expect: nop b'abc' utf-8 b'\xef\xbb\xbf' True b'xn--tda' b'abc' b'A'
# expect: b'a*b' a*b
# expect: b'\xe9' € b'\xd1'
