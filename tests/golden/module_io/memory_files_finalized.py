# SPDX-License-Identifier: MIT
# A BytesIO or StringIO that goes away is not closed by a call of close(), one of a derived class is.
import io
import weakref


class B(io.BytesIO):
    def close(self):
        print("close of B", self.getvalue())
        super().close()


class S(io.StringIO):
    def close(self):
        print("close of S", self.getvalue())
        super().close()


class Plain(io.BytesIO):
    pass


for make, content in ((io.BytesIO, b"abc"), (io.StringIO, "abc"), (B, b"abc"), (S, "abc"), (Plain, b"abc")):
    f = make(content)
    gone = weakref.ref(f, lambda r: print("gone"))
    f.read()
    view = f.getbuffer() if make is io.BytesIO else None
    if view is None:
        f.extra = 1
    del f, view
    print(make.__name__, gone())
f = io.BytesIO(b"x")
f.close = lambda: print("never called")
del f
# expect: gone
# expect: BytesIO None
# expect: gone
# expect: StringIO None
# expect: close of B b'abc'
# expect: gone
# expect: B None
# expect: close of S abc
# expect: gone
# expect: S None
# expect: gone
# expect: Plain None
