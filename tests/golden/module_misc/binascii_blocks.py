# Decoding works in blocks: what is no digit or has to be skipped may come anywhere in them.
import base64, binascii, hashlib, random
r = random.Random(5)
seen = hashlib.sha256()
def note(f, *args, **kw):
    try:
        seen.update(repr(f(*args, **kw)).encode())
    except ValueError as e:
        seen.update((type(e).__name__ + str(e)).encode())
for n in list(range(70)) + [127, 128, 129, 1000]:
    data = r.randbytes(n)
    h = binascii.hexlify(data)
    for text in (h, h.upper()):
        assert binascii.unhexlify(text) == data == bytes.fromhex(text.decode()), n
    assert bytes.fromhex("\n".join(h.decode()[i:i + 66] for i in range(0, len(h), 66))) == data
    assert bytes.fromhex(data.hex(" ")) == data == bytearray.fromhex(data.hex("\t", 5))
    for i in range(0, len(h), 3):
        for c in b"/:@G`g\x80 0":
            bad = h[:i] + bytes([c]) + h[i + 1:]
            note(binascii.unhexlify, bad)
            note(bytes.fromhex, bad.decode("latin1"))
    b = base64.b64encode(data)
    assert base64.b64decode(b) == data == base64.b64decode(base64.encodebytes(data))
    for i in range(0, len(b), 2):
        for c in b"=\n@[`{*.A\xff":
            for bad in (b[:i] + bytes([c]) + b[i + 1:], b[:i] + bytes([c]) + b[i:]):
                note(binascii.a2b_base64, bad)
                note(binascii.a2b_base64, bad, strict_mode=True)
every = bytes(range(256))
print(every.upper()[90:130], every.lower()[60:98], bytearray(every).upper() == every.upper())
print(all(c.upper() == bytes([c[0] - 32 if 97 <= c[0] < 123 else c[0]]) for c in (bytes([i]) for i in range(256))))
print(seen.hexdigest()[:16])

# expect: b'Z[\\]^_`ABCDEFGHIJKLMNOPQRSTUVWXYZ{|}~\x7f\x80\x81' b'<=>?@abcdefghijklmnopqrstuvwxyz[\\]^_`a' True
# expect: True
# expect: f6dfebb98508f768
