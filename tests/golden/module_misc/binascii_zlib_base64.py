import binascii, zlib, base64
print(binascii.hexlify(b"ab", "-"), binascii.unhexlify("6162"), binascii.crc32(b"abc"), zlib.crc32(b"abc"), zlib.adler32(b"abc"), zlib.decompress(zlib.compress(b"x" * 1000)) == b"x" * 1000, base64.b64encode(b"hi?"), base64.urlsafe_b64decode("aGk_"), base64.b32encode(b"a"), base64.b85encode(b"abcd"), binascii.b2a_base64(b"x"))
d = zlib.decompressobj()
print(d.decompress(zlib.compress(b"hello"))[:3], d.eof, d.unused_data)
for f in (lambda: zlib.decompress(b"bad"), lambda: binascii.unhexlify("abc"), lambda: base64.b64decode("a")):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)

# expect: b'61-62' b'ab' 891568578 891568578 38600999 True b'aGk/' b'hi?' b'ME======' b'VPa!s' b'eA==\n'
# expect: b'hel' True b''
# expect: error Error -3 while decompressing data: incorrect header check
# expect: Error Odd-length string
# expect: Error Invalid base64-encoded string: number of data characters (1) cannot be 1 more than a multiple of 4
