b = b"hello \x00\xff\n"
print(b, len(b), b[0], b[1:3], b + b"!", b * 2, b"ell" in b, 104 in b)
print(b.hex(), bytes.fromhex("68 65"), bytes(3), bytes([1, 2, 255]), bytes("é", "utf8"), bytes(b"x"))
print(b"a,b,c".split(b","), b" x ".strip(), b"abc".upper(), b"abc".find(b"c"), b"abc".replace(b"b", b"--"), b"-".join([b"a", b"b"]))
print(b"abc" < b"abd", b"abc" == bytearray(b"abc"), hash(b"a") == hash(b"a"), b"abc".startswith((b"x", b"a")))
print(b"%d %s %r" % (5, b"x", "y"), b"\\ \t \'", b'"', b"'\"")

# expect: b'hello \x00\xff\n' 9 104 b'el' b'hello \x00\xff\n!' b'hello \x00\xff\nhello \x00\xff\n' True True
# expect: 68656c6c6f2000ff0a b'he' b'\x00\x00\x00' b'\x01\x02\xff' b'\xc3\xa9' b'x'
# expect: [b'a', b'b', b'c'] b'x' b'ABC' 2 b'a--c' b'a-b'
# expect: True True True True
# expect: b"5 x 'y'" b"\\ \t '" b'"' b'\'"'
