# SPDX-License-Identifier: MIT
# PickleBuffer, in the pickle and beside it.
import array
import pickle

b = pickle.PickleBuffer(b"abc")
r = b.raw()
print(r.obj, r.readonly, r.format, bytes(r), memoryview(b).obj, bytes(b))
b.release()
b.release()
for f in b.raw, lambda: memoryview(b), lambda: pickle.dumps(b, 5), lambda: pickle.PickleBuffer(1), lambda: pickle.PickleBuffer(), lambda: pickle.PickleBuffer(memoryview(b"abcd")[::2]).raw():
    try:
        print(f())
    except (ValueError, TypeError, BufferError) as e:
        print(type(e).__name__, e)
data = array.array("i", [1, 2, 3])
b = pickle.PickleBuffer(data)
r = b.raw()
print(r.format, r.itemsize, r.shape, r.ndim, r.strides, r.readonly, memoryview(b).format)
try:
    data.append(4)
except BufferError as e:
    print(e)
r.release()
b.release()
data.append(4)
for make in lambda: pickle.PickleBuffer(b"abc"), lambda: pickle.PickleBuffer(bytearray(b"abc")):
    for callback in None, lambda b: True, lambda b: None:
        s = pickle.dumps([make()], 5, buffer_callback=callback)
        print(s, pickle.loads(s, buffers=[b"given"]))
kept = []
big = bytearray(b"x" * 100000)
s = pickle.dumps({"k": pickle.PickleBuffer(big)}, 5, buffer_callback=kept.append)
back = pickle.loads(s, buffers=kept)["k"]
print(len(s), type(back).__name__, memoryview(back).obj is big)
s = pickle.dumps(pickle.PickleBuffer(b"abc"), 5, buffer_callback=kept.append)
back = pickle.loads(s, buffers=[bytearray(b"abc")])
print(type(back).__name__, back.readonly)
for buffers in None, []:
    try:
        pickle.loads(s, buffers=buffers)
    except pickle.UnpicklingError as e:
        print(e)
try:
    pickle.dumps(pickle.PickleBuffer(b"abc"), 4)
except pickle.PicklingError as e:
    print(e)

# expect: b'abc' True B b'abc' b'abc' b'abc'
# expect: ValueError operation forbidden on released PickleBuffer object
# expect: ValueError operation forbidden on released PickleBuffer object
# expect: ValueError operation forbidden on released PickleBuffer object
# expect: TypeError a bytes-like object is required, not 'int'
# expect: TypeError PickleBuffer() takes exactly 1 positional argument (0 given)
# expect: BufferError cannot extract raw buffer from non-contiguous buffer
# expect: B 1 (12,) 1 (1,) False i
# expect: cannot resize an array that is exporting buffers
# expect: b'\x80\x05\x95\n\x00\x00\x00\x00\x00\x00\x00]\x94C\x03abc\x94a.' [b'abc']
# expect: b'\x80\x05\x95\n\x00\x00\x00\x00\x00\x00\x00]\x94C\x03abc\x94a.' [b'abc']
# expect: b'\x80\x05\x95\x06\x00\x00\x00\x00\x00\x00\x00]\x94\x97\x98a.' [b'given']
# expect: b'\x80\x05\x95\x11\x00\x00\x00\x00\x00\x00\x00]\x94\x96\x03\x00\x00\x00\x00\x00\x00\x00abc\x94a.' [bytearray(b'abc')]
# expect: b'\x80\x05\x95\x11\x00\x00\x00\x00\x00\x00\x00]\x94\x96\x03\x00\x00\x00\x00\x00\x00\x00abc\x94a.' [bytearray(b'abc')]
# expect: b'\x80\x05\x95\x05\x00\x00\x00\x00\x00\x00\x00]\x94\x97a.' [b'given']
# expect: 20 PickleBuffer True
# expect: memoryview True
# expect: pickle stream refers to out-of-band data but no *buffers* argument was given
# expect: not enough out-of-band buffers
# expect: PickleBuffer can only be pickled with protocol >= 5
