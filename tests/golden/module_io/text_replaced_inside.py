# skip-cpython: crashes on some of these
# Python code below a TextIOWrapper (its stream, its decoder's error handler) detaches it, makes it anew, seeks, closes: nothing it used is freed under it.
# expect: 672 tried
# expect: detached underlying buffer has been detached
# expect: handler 'a??b'
import codecs, io, itertools

class Raw(io.RawIOBase):
    data, act = b"abc\nde\xff\n" * 3, staticmethod(lambda: None)
    def readable(self): return True
    def writable(self): return True
    def seekable(self): return True
    def seek(self, *a): self.act(); return 0
    def tell(self): self.act(); return 0
    def readinto(self, b):
        self.act()
        part, self.data = self.data[:4], self.data[4:]
        b[:len(part)] = part
        return len(part)
    def write(self, b): self.act(); return len(b)
    def flush(self): self.act()

def attempt(wrap, encoding, inside, operation):
    raw, busy = Raw(), [True]
    t = io.TextIOWrapper(wrap(raw), encoding, "replace")
    def act():
        if not busy:
            busy.append(1)
            try: inside(t)
            except (OSError, ValueError, TypeError, RuntimeError): pass
    raw.act = act
    busy.clear()
    try: operation(t)
    except (OSError, ValueError, StopIteration, TypeError, RuntimeError): pass
    busy.append(1)

wraps = [lambda r: r, io.BufferedReader, io.BufferedRandom, lambda r: io.BufferedRWPair(r, r)]
insides = [lambda t: t.detach(), lambda t: t.__init__(io.BytesIO(b"xyz\n" * 5), "utf-8"), lambda t: t.reconfigure(encoding="utf-16", errors="ignore"),
           lambda t: t.seek(0), lambda t: t.read(2), lambda t: t.close(), lambda t: t.write("q" * 10000)]
operations = [lambda t: t.read(), lambda t: t.read(5), lambda t: t.readline(), next, lambda t: (t.read(1), t.tell()), lambda t: t.seek(0), lambda t: t.seek(0, 2),
              lambda t: (t.write("x" * 20000), t.flush()), lambda t: t.truncate(), lambda t: t.reconfigure(newline="\n", encoding="latin-1"), lambda t: t.flush(), lambda t: t.isatty()]
tried = [attempt(*c) for c in itertools.product(wraps, ("utf-8", "euc_jp"), insides, operations)]
print(len(tried), "tried")

class Detaches(Raw):
    def readinto(self, b):
        t.detach()
        return 0
t = io.TextIOWrapper(Detaches(), "utf-8")
try: t.read(5); t.read(5)
except ValueError as e: print("detached", e)

# The name of the error handler goes while the handler runs, and the decoder with it.
def handler(e):
    t.reconfigure(encoding="shift_jis", errors="ignore")
    return "?", e.end
for encoding in ("utf-8", "euc_jp"):
    name = "".join(["han", "dler_", encoding])
    codecs.register_error(name, handler)
    t = io.TextIOWrapper(io.BytesIO(b"a\xff\xffb"), encoding, name)
    del name
    text = t.read()
print("handler", repr(text))
