# A position behind text that the decoder gives only at the end of its input is found again.
# expect: ab cde. 'fg'
# expect: True
# expect: TypeError
import codecs, io

class Words(codecs.IncrementalDecoder):     # a word of three at a time, what is left at the end
    def __init__(self, errors="strict"):
        self.held = b""
    def reset(self):
        self.held = b""
    def getstate(self):
        return self.held, 0
    def setstate(self, state):
        self.held = state[0]
    def decode(self, data, final=False):
        data, out = self.held + bytes(data), ""
        while len(data) >= 6:
            out, data = out + data[:6].decode(), data[6:]
        self.held = b"" if final else data
        return out + (data.decode() if final else "")

latin = codecs.lookup("latin-1")
codecs.register(lambda name: codecs.CodecInfo(latin.encode, latin.decode, incrementalencoder=latin.incrementalencoder, incrementaldecoder=Words, name=name) if name == "words" else None)
f = io.TextIOWrapper(io.BytesIO(b"ab cde.fg"), "words")
print(f.read(7), end=" ")
f.seek(f.tell())
print(repr(f.read()))
same = []
for i in range(10):
    f = io.TextIOWrapper(io.BytesIO(b"ab cde.fg"), "words")
    f.read(i)
    f.seek(f.tell())
    same.append(f.read() == "ab cde.fg"[i:])
print(all(same))

class Bad(Words):
    def getstate(self):
        return b"", "no number"
codecs.register(lambda name: codecs.CodecInfo(latin.encode, latin.decode, incrementalencoder=latin.incrementalencoder, incrementaldecoder=Bad, name=name) if name == "bad_words" else None)
f = io.TextIOWrapper(io.BytesIO(b"ab cde.fg"), "bad_words")
try:
    f.read(2), f.tell()
except TypeError:
    print("TypeError")
