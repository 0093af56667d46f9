# flags: -X warn_default_encoding -X utf8=0
# expect-stderr: io_text_details.py:10: EncodingWarning: 'encoding' argument not specified
# What TextIOWrapper writes at a time, what it does with text read ahead, its arguments of reconfigure(), decoders in bad shape; -X warn_default_encoding.
import codecs, io, os, sys, warnings
sys.stderr.flush()
def shown(message, category, filename, lineno, file=None, line=None):
    sys.stderr.write("%s:%d: %s: %s\n" % (os.path.basename(filename), lineno, category.__name__, message))
warnings.showwarning = shown

with open(__file__) as f:
    pass
print(io.text_encoding(None, 5), io.text_encoding("x"))     # expect: locale x

class Raw(io.RawIOBase):
    def __init__(self): self.written, self.again = [], None
    def writable(self): return True
    def write(self, b):
        if self.again:
            self.again = self.again("middle") and None
        self.written.append((len(b), bytes(b[:6])))
        return len(b)
raw = Raw()
t = io.TextIOWrapper(raw, "utf-8")
t.write("abc"); t.write("def")
t.write("g" * 8192)
print(raw.written)                  # expect: [(6, b'abcdef'), (8192, b'gggggg')]
raw = Raw()
t = io.TextIOWrapper(raw, "utf-8")
raw.again = t.write
t.write("abc")
t.write("g" * 8192)
print(sorted(raw.written))          # expect: [(3, b'abc'), (6, b'middle'), (8192, b'gggggg')]

pair = io.BufferedRWPair(io.BytesIO(b"foo\nbar\n"), io.BytesIO())
t = io.TextIOWrapper(pair, "utf-8")
line = t.readline()
t.write(line)
print((line + t.readline()).split())    # expect: ['foo', 'bar']

t = io.TextIOWrapper(io.BytesIO(), "ascii", "replace")
for options in ({"encoding": "\udcfe"}, {"errors": "\udcfe"}, {"line_buffering": 2**1000}, {"line_buffering": 1.5}):
    try:
        t.reconfigure(**options)
    except Exception as e:
        print(type(e).__name__, t.encoding, t.errors)
        # expect: UnicodeEncodeError ascii replace
        # expect: UnicodeEncodeError ascii replace
        # expect: OverflowError ascii replace
        # expect: TypeError ascii replace
t.detach()
print(repr(t), t.errors)            # expect: <_io.TextIOWrapper encoding='ascii'> replace
try:
    del t._CHUNK_SIZE
except AttributeError as e:
    print(e)                        # expect: attribute '_CHUNK_SIZE' of '_io.TextIOWrapper' objects cannot be deleted

class Decoder(codecs.IncrementalDecoder):
    state = b"", 0
    def getstate(self): return Decoder.state
    def decode(self, data, final=False): return data.decode("ascii")
def find(name):
    if name == "golden_text":
        return codecs.CodecInfo(codecs.ascii_encode, codecs.ascii_decode, incrementaldecoder=Decoder, incrementalencoder=codecs.IncrementalEncoder, name=name)
codecs.register(find)
for state in ((b"", 0), 42, (), (1, 2)):
    Decoder.state = state
    try:
        print(io.TextIOWrapper(io.BytesIO(b"text"), "golden_text").read(2))     # expect: te
    except TypeError as e:
        print(str(e).split(":")[0])
        # expect: illegal decoder state
        # expect: illegal decoder state
        # expect: illegal decoder state

raw = io.BytesIO(b"data")
raw.read1 = None
b = io.BufferedReader(io.BytesIO(b"abcdefghij" * 2), 4)
print(b.peek()[:4], b.read1(100), b.readinto1(into := bytearray(16)), into)      # expect: b'abcd' b'abcd' 16 bytearray(b'efghijabcdefghij')
for f in (open(__file__, "rb", 0, None), open(__file__, "rb"), t):
    try:
        f.__getstate__()
    except TypeError as e:
        print(e)
        # expect: cannot pickle 'FileIO' instances
        # expect: cannot pickle 'BufferedReader' instances
        # expect: cannot pickle 'TextIOWrapper' instances
