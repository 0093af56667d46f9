# What readinto() of a raw stream does with the memory it is given: released and resized, it is still there to be read.
# expect: b'' BufferError
# expect: b'\x01\x01\x01\x01' None
import io
class Raw(io.RawIOBase):
    def readable(self): return True
    def readinto(self, view):
        n, memory = len(view), view.obj
        view[:] = bytes([1]) * n
        view.release()
        if act:
            try:
                memory.clear()
                memory.extend(b"x")
                errors.append(None)
            except (BufferError, AttributeError):
                errors.append("BufferError")
            return 0
        return n
for act in (True, False):
    errors = []
    print(io.BufferedReader(Raw(), 64).read(4), errors[0] if errors else None)
