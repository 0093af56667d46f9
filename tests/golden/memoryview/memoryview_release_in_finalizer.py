# SPDX-License-Identifier: MIT
# release() ends the export at once, in a finalizer of a cycle too, when the collector still holds what the view stood on.
import gc


class Holder:
    def __init__(self):
        self.data = bytearray(b"abc")
        self.view = memoryview(self.data)
        self.part = self.view[1:]
        self.itself = self

    def __del__(self):
        self.view.release()
        try:
            self.data.append(1)
        except BufferError as e:
            print(e)
        self.part.release()
        self.data.append(1)
        print(self.data)


Holder()
gc.collect()
# expect: Existing exports of data: object cannot be re-sized
# expect: bytearray(b'abc\x01')
