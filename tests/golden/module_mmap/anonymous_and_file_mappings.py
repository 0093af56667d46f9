# SPDX-License-Identifier: MIT
import mmap
import os
import tempfile

with tempfile.TemporaryFile() as f:
    f.write(b"first\nsecond\n" + b"x" * 4987)
    f.flush()
    with mmap.mmap(f.fileno(), 0) as m:
        print(m, len(m), m.size())  # expect: <mmap.mmap closed=False, access=ACCESS_DEFAULT, length=5000, pos=0, offset=0> 5000 5000
        print(m.readline(), m.read(3), m.read_byte(), m.tell())  # expect: b'first\n' b'sec' 111 10
        print(m.find(b"first"), m.find(b"first", 0), m.rfind(b"x"), m.rfind(b"x", 0, -1), m.find(b"", 6000))  # expect: -1 0 4999 4998 5000
        print(m[0], m[-1], m[6:12], m[4:0:-1], next(iter(m)), b"f" in m)  # expect: 102 120 b'second' b'tsri' b'f' True
        m[0] = 70
        m[1:3] = b"IR"
        m[6:12:2] = b"SCN"
        m.move(20, 0, 5)
        print(m[:25], m.seek(-2, 2), m.write(b"yz"), m.read(), m.seek(0))  # expect: b'FIRst\nSeCoNd\nxxxxxxxFIRst' 4998 2 b'' 0
        m.write_byte(65)
        m.resize(6000)
        print(len(m), os.fstat(f.fileno()).st_size, m.flush(), m.flush(4096, 10), m.madvise(mmap.MADV_NORMAL))  # expect: 6000 6000 None None None
        m.seek(0, 2)
        m.resize(5000)
        print(m.tell(), m.read(), len(m))  # expect: 6000 b'' 5000
    print(m.closed, m, m.close())  # expect: True <mmap.mmap closed=True> None
    f.seek(0)
    print(f.read(3))  # expect: b'AIR'
    with mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ, offset=4096) as m:
        print(m, memoryview(m).readonly)  # expect: <mmap.mmap closed=False, access=ACCESS_READ, length=904, pos=0, offset=4096> True
    with mmap.mmap(f.fileno(), 10, access=mmap.ACCESS_COPY) as m:
        m[:] = b"0123456789"
        f.seek(0)
        print(m[:3], f.read(3), m.flush())  # expect: b'012' b'AIR' None

m = mmap.mmap(-1, 1 << 20, flags=mmap.MAP_PRIVATE)
m[-5:] = b"99999"
m.resize(2 << 20)
print(m.find(b"99999"), m.rfind(b"9"), m.read()[-3:], len(m), mmap.error)  # expect: 1048571 1048575 b'\x00\x00\x00' 2097152 <class 'OSError'>


class Sub(mmap.mmap):
    pass


s = Sub(-1, 5)
s.name = "n"
print(s, s.name)  # expect: <Sub closed=False, access=ACCESS_DEFAULT, length=5, pos=0, offset=0> n
