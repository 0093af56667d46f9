# A raw stream that says it stands at 0 whatever was read: positions are never negative.
import io

class Raw(io.RawIOBase):
    def __init__(self):
        self.data = io.BytesIO(b"12")
    def readable(self): return True
    def seekable(self): return True
    def readinto(self, b): return self.data.readinto(b)
    def seek(self, *args): return 0
    def tell(self): return 0

buf = io.BufferedReader(Raw())
print(buf.seek(0, 1), buf.seek(1), buf.read(1), buf.tell(), buf.seek(0, 1), buf.read(1))
# expect: 0 0 b'1' 0 0 b'2'
