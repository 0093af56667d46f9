# SPDX-License-Identifier: MIT
# Frames of 64 KiB; large payloads outside of them, as they are.
import pickle


class Out:
    def write(self, b):
        print(type(b).__name__, len(b), bytes(b[:14]))


for value, proto in ((["abc"] * 20 + [str(i) * 100 for i in range(400)], 4), ([b"x" * 70000, "y" * 70000, "\xe9" * 70000, bytearray(70000), 1], 5), ([b"x" * 70000, 1], 3),
                     ([str(i) * 100 for i in range(400)], 2), (b"", 4), (1, 4), ([], 4)):
    print("--", proto)
    pickle.dump(value, Out(), proto)
    assert pickle.loads(pickle.dumps(value, proto)) == value

# expect: -- 4
# expect: bytes 65564 b'\x80\x04\x95\x11\x00\x01\x00\x00\x00\x00\x00]\x94('
# expect: bytes 45605 b'\x95\x1c\xb2\x00\x00\x00\x00\x00\x00X,\x01\x00\x00'
# expect: -- 5
# expect: bytes 10 b'\x80\x05]\x94(Bp\x11\x01\x00'
# expect: bytes 70000 b'xxxxxxxxxxxxxx'
# expect: bytes 6 b'\x94Xp\x11\x01\x00'
# expect: bytes 70000 b'yyyyyyyyyyyyyy'
# expect: bytes 6 b'\x94X\xe0"\x02\x00'
# expect: bytes 140000 b'\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9'
# expect: bytes 10 b'\x94\x96p\x11\x01\x00\x00\x00\x00\x00'
# expect: bytearray 70000 b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'
# expect: bytes 14 b'\x95\x05\x00\x00\x00\x00\x00\x00\x00\x94K\x01e.'
# expect: -- 3
# expect: bytes 11 b'\x80\x03]q\x00(Bp\x11\x01\x00'
# expect: bytes 70000 b'xxxxxxxxxxxxxx'
# expect: bytes 6 b'q\x01K\x01e.'
# expect: -- 2
# expect: bytes 112243 b'\x80\x02]q\x00(Xd\x00\x00\x00000'
# expect: -- 4
# expect: bytes 15 b'\x80\x04\x95\x04\x00\x00\x00\x00\x00\x00\x00C\x00\x94'
# expect: -- 4
# expect: bytes 5 b'\x80\x04K\x01.'
# expect: -- 4
# expect: bytes 5 b'\x80\x04]\x94.'
