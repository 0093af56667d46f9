# The block that readinto() fills may be the stream's own.
# expect: 5 b'bcdeff'
# expect: BufferError
import io
b = io.BytesIO(b"abcdef")
v = b.getbuffer()
b.seek(1)
print(b.readinto(v), v.tobytes())
try:
    b.write(b"longer than it is")
except BufferError:
    print("BufferError")
