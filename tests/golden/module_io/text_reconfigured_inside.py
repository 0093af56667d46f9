# SPDX-License-Identifier: MIT
# A file whose coders are replaced by what is asked while they are being replaced.
import codecs
import io


class Encoder(codecs.IncrementalEncoder):
    def __init__(self, errors="strict"):
        super().__init__(errors)
        act()

    def encode(self, text, final=False):
        return text.encode()

    def setstate(self, state):
        print("encoder set", type(self).__name__)
        act()


class Below(io.BytesIO):
    def tell(self):
        act()
        return 5


def act():
    if acts:
        acts.pop()()


name = "test_io_inside"
info = codecs.CodecInfo(codecs.utf_8_encode, codecs.utf_8_decode, incrementalencoder=Encoder, incrementaldecoder=codecs.getincrementaldecoder("utf-8"), name=name)
search = {name: info}.get
codecs.register(search)
acts = []
f = io.TextIOWrapper(Below(), "latin-1")
# The outer one's encoder has been made when the file is asked where it is: then the inner one takes its place.
acts.append(lambda: f.reconfigure(encoding="utf-8", errors="ignore"))
acts.append(lambda: 0)
f.reconfigure(encoding=name, errors="replace")
print(f.encoding, f.errors)  # expect: utf-8 ignore

# The names that are kept are those of the object, which are replaced meanwhile.
f = io.TextIOWrapper(Below(), "test_io_" + "inside", errors="str" + "ict")
# expect: encoder set Encoder
acts.append(lambda: f.reconfigure(encoding="utf-" + "8", errors="igno" + "re"))
f.reconfigure(errors="xmlchar" + "refreplace")
# expect: encoder set Encoder
print(f.encoding, f.errors)  # expect: test_io_inside xmlcharrefreplace
f.write("abc")
f.flush()
print(f.buffer.getvalue())  # expect: b'abc'
codecs.unregister(search)
