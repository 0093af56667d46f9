with open("f.txt", "w", encoding="utf8", newline="") as f:
    print(f.write("line1\r\nline2\nλ\n"), f.name, f.mode, f.encoding, f.closed)
print(f.closed, open("f.txt", "rb").read())
print(open("f.txt", encoding="utf8").readlines(), open("f.txt", encoding="utf8").read(3))
with open("f.txt", "a", encoding="utf8") as f: f.write("more")
with open("f.txt", encoding="utf8") as f:
    for i, line in enumerate(f): print(i, line.rstrip("\n"))
with open("f.txt", "r+b") as f:
    f.seek(2)
    f.write(b"XX")
    print(f.tell(), f.seek(0), f.read(6), f.seek(-4, 2), f.read())
try:
    open("f.txt", "zz")
except ValueError as e:
    print(e)
try:
    f.read()
except ValueError as e:
    print(e)

# expect: 15 f.txt w utf8 False
# expect: True b'line1\r\nline2\n\xce\xbb\n'
# expect: ['line1\n', 'line2\n', 'λ\n'] lin
# expect: 0 line1
# expect: 1 line2
# expect: 2 λ
# expect: 3 more
# expect: 4 0 b'liXX1\r' 16 b'more'
# expect: invalid mode: 'zz'
# expect: read of closed file
