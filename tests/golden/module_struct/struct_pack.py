import struct
print(struct.pack("<iHb", -1, 2, 3), struct.unpack(">I", b"\0\0\1\0"), struct.calcsize("bi"), struct.calcsize("<bi"), struct.pack("5sx?", b"ab", True), struct.pack("<d", 1.5), struct.unpack("<f", struct.pack("<f", 0.1)), struct.pack("<3h", 1, 2, 3), struct.pack("<e", 1.0), struct.pack("3p", b"abc"), list(struct.iter_unpack("<H", b"\1\0\2\0")))
s = struct.Struct("<Qq")
b = bytearray(20)
s.pack_into(b, 2, 1, -1)
print(s.size, s.format, s.unpack_from(b, 2), b)
for f in (lambda: struct.pack("b", 200), lambda: struct.unpack("i", b"abc"), lambda: struct.pack("z", 1), lambda: struct.pack("ii", 1), lambda: struct.pack("i", "a")):
    try:
        f()
    except struct.error as e:
        print(e)

# expect: b'\xff\xff\xff\xff\x02\x00\x03' (256,) 8 5 b'ab\x00\x00\x00\x00\x01' b'\x00\x00\x00\x00\x00\x00\xf8?' (0.10000000149011612,) b'\x01\x00\x02\x00\x03\x00' b'\x00<' b'\x02ab' [(1,), (2,)]
# expect: 16 <Qq (1, -1) bytearray(b'\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00')
# expect: 'b' format requires -128 <= number <= 127
# expect: unpack requires a buffer of 4 bytes
# expect: bad char in struct format
# expect: pack expected 2 items for packing (got 1)
# expect: required argument is not an integer
