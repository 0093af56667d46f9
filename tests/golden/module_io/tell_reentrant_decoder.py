# A decoder that moves the stream while tell() asks for its state.
import codecs, io

armed = False

class Decoder(codecs.IncrementalDecoder):
    def decode(self, input, final=False):
        return bytes(input).decode("latin-1")
    def getstate(self):
        global armed
        if armed:
            armed = False
            wrapper.seek(0)
        return b"", 0
    def setstate(self, state): pass

def search(name):
    if name == "moving_latin":
        return codecs.CodecInfo(lambda s, e="strict": (s.encode("latin-1"), len(s)), lambda b, e="strict": (bytes(b).decode("latin-1"), len(b)),
                                incrementaldecoder=Decoder, name=name)

codecs.register(search)
wrapper = io.TextIOWrapper(io.BufferedReader(io.BytesIO(b"abcdefghijklmnop" * 8)), encoding="moving_latin", newline="")
wrapper._CHUNK_SIZE = 8
print(wrapper.read(5))
armed = True
print(type(wrapper.tell()))
wrapper.seek(0)
print(wrapper.tell(), wrapper.read(3))
# expect: abcde
# expect: <class 'int'>
# expect: 0 abc
