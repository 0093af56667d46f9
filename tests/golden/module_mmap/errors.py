# SPDX-License-Identifier: MIT
import mmap
import tempfile

f = tempfile.TemporaryFile()
f.write(b"x" * 5000)
f.flush()
empty = tempfile.TemporaryFile()
T = mmap.mmap
m = T(f.fileno(), 0)
r = T(-1, 5, access=mmap.ACCESS_READ)
c = T(-1, 5)
c.close()
v = memoryview(T(-1, 10))
cases = """
T(-1, 0)                                ! OSError [Errno 22] Invalid argument
T(-1, -1)                               ! OverflowError memory mapped length must be positive
T(-1, 5, offset=-4096)                  ! OverflowError memory mapped offset must be positive
T(-1, 5, offset=1)                      ! OSError [Errno 22] Invalid argument
T(-1, 2**63)                            ! OverflowError Python int too large to convert to C ssize_t
T(99, 1)                                ! OSError [Errno 9] Bad file descriptor
T('a', 1)                               ! TypeError 'str' object cannot be interpreted as an integer
T(f.fileno(), 10000)                    ! ValueError mmap length is greater than file size
T(f.fileno(), 0, offset=5000)           ! ValueError mmap offset is greater than file size
T(empty.fileno(), 0)                    ! ValueError cannot mmap an empty file
T(f.fileno(), 0, access=5)              ! ValueError mmap invalid access parameter.
T(f.fileno(), 0, prot=1, access=1)      ! ValueError mmap can't specify both access and flags, prot.
m['a']                                  ! TypeError mmap indices must be integers
m[5000]                                 ! IndexError mmap index out of range
m[2**70]                                ! IndexError cannot fit 'int' into an index-sized integer
m.__setitem__(0, 256)                   ! ValueError mmap item value must be in range(0, 256)
m.__setitem__(0, 'a')                   ! TypeError mmap item value must be an int
m.__setitem__(0, 2**70)                 ! TypeError cannot fit 'int' into an index-sized integer
m.__setitem__(slice(0, 2), b'abc')      ! IndexError mmap slice assignment is wrong size
m.__setitem__(slice(0, 2), 'ab')        ! TypeError a bytes-like object is required, not 'str'
m.__setitem__('a', 5)                   ! TypeError mmap indices must be integer
m.__delitem__(0)                        ! TypeError mmap doesn't support item deletion
m.__delitem__(slice(0, 1))              ! TypeError mmap object doesn't support slice deletion
m.find('a')                             ! TypeError a bytes-like object is required, not 'str'
m.move(0, 1, 5000)                      ! ValueError source, destination, or count out of range
m.seek(5001)                            ! ValueError seek out of range
m.seek(0, 3)                            ! ValueError unknown seek type
m.read('a')                             ! TypeError argument should be integer or None, not 'str'
m.write(b'a' * 5001)                    ! ValueError data out of range
m.write_byte(256)                       ! OverflowError unsigned byte integer is greater than maximum
m.resize(-1)                            ! ValueError new size out of range
m.flush(1)                              ! ValueError flush values out of range
m.madvise(0, 6000)                      ! ValueError madvise start out of bounds
m.madvise(0, 0, -1)                     ! ValueError madvise length invalid
m.madvise(0, 4096, 2**63 - 1)           ! OverflowError madvise length too large
r.write(b'a')                           ! TypeError mmap can't modify a readonly memory map.
r.resize(1)                             ! TypeError mmap can't resize a readonly or copy-on-write memory map.
memoryview(r).__setitem__(0, 1)         ! TypeError cannot modify read-only memory
T(-1, 5).resize(10)                     ! ValueError mmap: can't expand a shared anonymous mapping
T(-1, 5).size()                         ! OSError [Errno 9] Bad file descriptor
T(f.fileno(), 5, trackfd=False).resize(10) ! ValueError mmap can't resize with trackfd=False.
c[0]                                    ! ValueError mmap closed or invalid
len(c)                                  ! ValueError mmap closed or invalid
c.read()                                ! ValueError mmap closed or invalid
c.__enter__()                           ! ValueError mmap closed or invalid
memoryview(c)                           ! ValueError mmap closed or invalid
v.obj.close()                           ! BufferError cannot close exported pointers exist
v.obj.resize(20)                        ! BufferError mmap can't resize with extant buffers exported.
"""
for line in cases.strip().splitlines():
    text, expected = line.split("!", 1)
    try:
        got = "-> %r" % (eval(text),)
    except Exception as e:
        got = "%s %s" % (type(e).__name__, e)
    if got != expected.strip():
        print(text, got)


class Closes:
    def __index__(self):
        z.close()
        return 1


for use in (lambda: z.__setitem__(0, Closes()), lambda: z[Closes()], lambda: z.read(Closes()), lambda: z[Closes():],
            lambda: z.seek(Closes()), lambda: z.__setitem__(slice(Closes(), 5), b"1234"), lambda: z.find(b"a", Closes())):
    z = T(-1, 10)
    try:
        use()
        print("no error")
    except ValueError as e:
        if str(e) != "mmap closed or invalid":
            print(e)
v.release()
print("done")  # expect: done
