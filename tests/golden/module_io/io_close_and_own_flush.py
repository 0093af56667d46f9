# A file closed: flush() complains, a flush() of the object's own was called before; a slow close of the raw stream, and who writes meanwhile.
import io, os, tempfile, threading, time
name = os.path.join(tempfile.mkdtemp(), "f")

f = open(name, "wb", buffering=0)
f.close()
f.close()
try:
    f.flush()
except ValueError as e:
    print(e)                        # expect: I/O operation on closed file.

for mode, buffering in (("wb", 0), ("wb", -1), ("w", -1)):
    f = open(name, mode, buffering)
    def flush():
        seen.append(f.closed)
        raise OSError("flush")
    seen, f.flush = [], flush
    try:
        f.close()
    except OSError as e:
        print(e, seen, f.closed)    # expect: flush [False] True
    f.flush = None                  # expect: flush [False] True
                                    # expect: flush [False] True

class Slow(io.RawIOBase):
    def __init__(self): self.inside = threading.Event()
    def writable(self): return True
    def write(self, b): return len(b)
    def flush(self):
        self.inside.set()
        time.sleep(0.2)
slow = Slow()
b = io.BufferedWriter(slow)
t = threading.Thread(target=b.close)
t.start()
slow.inside.wait()
try:
    b.write(b"x")
except ValueError as e:
    print(e, b.closed)              # expect: write to closed file True
t.join()

class Stubborn(io.FileIO):
    def __setattr__(self, name, value):
        if name == "name":
            raise KeyError(name)
fd = os.open(name, os.O_RDONLY)
try:
    Stubborn(fd)
except KeyError:
    os.close(fd)
    print("the descriptor is still ours")   # expect: the descriptor is still ours
