import io
s = io.StringIO("line1\nline2\n")
print(s.readline(), s.read(), s.seek(0), s.readlines(), s.getvalue() == "line1\nline2\n", s.tell())
b = io.BytesIO(b"abc")
b.seek(0, 2)
b.write(b"def")
print(b.getvalue(), b.seek(1), b.read(2), bytes(b.getbuffer()), b.readinto(bytearray(2)))
w = io.TextIOWrapper(io.BytesIO(), encoding="utf-16", newline="\n")
w.write("hé\n")
w.flush()
print(w.buffer.getvalue()[:6], w.encoding, w.newlines)
r = io.BufferedReader(io.BytesIO(b"0123456789"), 4)
print(r.peek(2)[:2], r.read(3), r.read1(2), r.readline(), r.closed)
t = io.TextIOWrapper(io.BytesIO(b"a\r\nb\rc\n"), newline=None)
print(t.readlines(), t.newlines)
try:
    io.StringIO().read("x")
except TypeError as e:
    print(e)

# expect: line1
# expect:  line2
# expect:  0 ['line1\n', 'line2\n'] True 12
# expect: b'abcdef' 1 b'bc' b'abcdef' 2
# expect: b'\xff\xfeh\x00\xe9\x00' utf-16 None
# expect: b'01' b'012' b'3' b'456789' False
# expect: ['a\n', 'b\n', 'c\n'] ('\r', '\n', '\r\n')
# expect: argument should be integer or None, not 'str'
