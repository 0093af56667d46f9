# SPDX-License-Identifier: MIT
"""Objects whose work is done detached, used by several threads at once: digests, compressors, mapped files; what comes out at the end is whole."""
import bz2
import hashlib
import hmac
import lzma
import mmap
import tempfile
import zlib
from compression import zstd
from _hammer import hammer

PIECE = bytes(range(256)) * 2048
SIZE = 1 << 20
digests = [hashlib.sha256(), hashlib.blake2b(), hashlib.blake2s(), hmac.new(b"key", digestmod="sha256")]
packers = [zlib.compressobj(1), bz2.BZ2Compressor(1), lzma.LZMACompressor(preset=0), zstd.ZstdCompressor(level=1)]
packed = [[] for _ in packers]
book = zstd.ZstdDict(PIECE[:4096] * 4, is_raw=True)
f = tempfile.TemporaryFile()
f.truncate(SIZE)
mapped = mmap.mmap(f.fileno(), SIZE)
done = [0, 0]


def digest(rng):
    d = rng.choice(digests)
    d.update(PIECE)
    assert len(d.copy().digest()) == d.digest_size


def one_digest(rng):
    whole.update(PIECE)
    done[0] += 1


def pack(rng):
    i = rng.randrange(len(packers))
    packed[i].append(packers[i].compress(PIECE))
    assert zstd.decompress(zstd.compress(PIECE[:9000], zstd_dict=book), zstd_dict=book) == PIECE[:9000]


def turn(rng):
    at = rng.randrange(SIZE - len(PIECE))
    rng.choice((mapped.size, lambda: mapped.flush(), lambda: mapped.madvise(mmap.MADV_WILLNEED), lambda: mapped.find(b"nowhere"), lambda: mapped.move(at, 0, len(PIECE)),
                lambda: mapped.seek(at), lambda: mapped.read(len(PIECE)), mapped.readline, lambda: mapped[at:at + len(PIECE)], lambda: mapped.__setitem__(slice(0, len(PIECE)), PIECE)))()


def own(rng):
    with mmap.mmap(f.fileno(), 0) as m:
        m.resize(SIZE)
        assert m.size() == SIZE


whole = hashlib.sha1()
hammer(digest, digest, one_digest, pack, pack, turn, turn, own, turns=60)
expected = hashlib.sha1()
for _ in range(done[0]):
    expected.update(PIECE)
assert whole.digest() == expected.digest()
# Who kept its piece first need not have compressed first, so only how much there is can be told.
for packer, pieces in zip(packers, packed):
    assert all(isinstance(x, bytes) for x in pieces) and packer.flush()
mapped.close()
assert mapped.closed
print("ok")

# expect: ok
