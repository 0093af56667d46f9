print(b"caf\xc3\xa9".decode(), b"caf\xe9".decode("latin-1"), b"abc".decode("ascii"), "€".encode("utf-16-le"))
print(b"\xff".decode("utf8", "replace") == "\ufffd", b"a\xffb".decode("ascii", "ignore"), b"\xff".decode("utf8", "backslashreplace"))
print(b"\xff".decode("utf8", "surrogateescape") == "\udcff")

# expect: café café abc b'\xac '
# expect: True ab \xff
# expect: True
