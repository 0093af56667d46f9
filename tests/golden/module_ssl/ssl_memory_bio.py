# MemoryBIO: bytes in, bytes out, and an end.
import ssl

b = ssl.MemoryBIO()
print(b.pending, b.eof, b.read(), b.write(b"some bytes"), b.write(memoryview(b"!")), b.pending)
print(b.read(4), b.read(0), b.read(-1), b.eof)
b.write(b"x" * 100000)
print(len(b.read(99999)), b.pending)
b.write_eof()
print(b.eof, b.read(), b.eof, b.pending)
for call in (lambda: b.write(b"more"), lambda: b.write("text"), lambda: ssl.MemoryBIO(1), lambda: b.read("x")):
    try:
        call()
    except (ssl.SSLError, TypeError) as e:
        print(type(e).__name__, e)
# expect: 0 False b'' 10 1 11
# expect: b'some' b'' b' bytes!' False
# expect: 99999 1
# expect: False b'x' True 0
# expect: SSLError ('cannot write() after write_eof()',)
# expect: TypeError a bytes-like object is required, not 'str'
# expect: TypeError MemoryBIO() takes no positional arguments
# expect: TypeError 'str' object cannot be interpreted as an integer
