# SPDX-License-Identifier: MIT
"""What the abstract classes answer once closed, and what a raw stream that defines nothing does."""
import io


def attempt(f, *args):
    try:
        return f(*args)
    except Exception as error:
        return type(error).__name__


for kind in (io.IOBase, io.RawIOBase, io.BufferedIOBase, io.TextIOBase):
    stream = type("S", (kind,), {})()
    stream.close()
    print(kind.__name__, stream.readable(), stream.writable(), stream.seekable(), attempt(stream.isatty), attempt(stream.fileno))
raw = type("R", (io.RawIOBase,), {})()
print(attempt(raw.read), attempt(raw.readall), attempt(raw.readinto, bytearray(1)), attempt(raw.write, b""), attempt(raw.readline))

# expect: IOBase False False False ValueError UnsupportedOperation
# expect: RawIOBase False False False ValueError UnsupportedOperation
# expect: BufferedIOBase False False False ValueError UnsupportedOperation
# expect: TextIOBase False False False ValueError UnsupportedOperation
# expect: NotImplementedError NotImplementedError NotImplementedError NotImplementedError NotImplementedError
