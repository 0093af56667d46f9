import hashlib
for n in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "blake2b", "blake2s"):
    print(n, hashlib.new(n, b"abc").hexdigest()[:32], getattr(hashlib, n)().digest_size)
h = hashlib.sha256()
h.update(b"a")
c = h.copy()
h.update(b"bc")
print(h.hexdigest() == hashlib.sha256(b"abc").hexdigest(), c.hexdigest() == hashlib.sha256(b"a").hexdigest(), h.name, h.block_size, hashlib.shake_128(b"x").hexdigest(8), hashlib.blake2b(b"x", digest_size=8, key=b"k").hexdigest(), hashlib.pbkdf2_hmac("sha256", b"p", b"s", 2).hex()[:16])
try:
    hashlib.new("nope")
except ValueError as e:
    print(e)
try:
    hashlib.sha256("str")
except TypeError as e:
    print(e)

# expect: md5 900150983cd24fb0d6963f7d28e17f72 16
# expect: sha1 a9993e364706816aba3e25717850c26c 20
# expect: sha224 23097d223405d8228642a477bda255b3 28
# expect: sha256 ba7816bf8f01cfea414140de5dae2223 32
# expect: sha384 cb00753f45a35e8bb5a03d699ac65007 48
# expect: sha512 ddaf35a193617abacc417349ae204131 64
# expect: sha3_256 3a985da74fe225b2045c172d6bd390bd 32
# expect: blake2b ba80a53f981c4d0d6a2797b69f12f6e9 64
# expect: blake2s 508c5e8c327c14e2e1a72ba34eeb452f 32
# expect: True True sha256 64 e472c5e394f30ff8 b0674c52e0690418 1998f3d3f22119b7
# expect: unsupported hash type nope
# expect: Strings must be encoded before hashing
