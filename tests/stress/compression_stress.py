# SPDX-License-Identifier: MIT
"""Compressors, decompressors and a zstd dictionary that several threads use at once: each stream's pieces come in some order, nothing breaks."""
import bz2
import lzma
import zlib
from compression import zstd
from _hammer import hammer

text = b"".join(b"some text number %d\n" % i for i in range(600))
dictionary = zstd.ZstdDict(text[:3000], is_raw=True)
makers = [lambda: bz2.BZ2Compressor(1), lambda: lzma.LZMACompressor(preset=0), lambda: zlib.compressobj(1), lambda: zstd.ZstdCompressor(1)]
readers = [(bz2.BZ2Decompressor, bz2.compress(text)), (lzma.LZMADecompressor, lzma.compress(text, preset=0)), (zlib._ZlibDecompressor, zlib.compress(text)),
           (lambda: zstd.ZstdDecompressor(dictionary), zstd.compress(text, zstd_dict=dictionary))]
streams = [make() for make in makers]
decoders = [make() for make, data in readers]


def compress(rng):
    i = rng.randrange(4)
    if rng.randrange(8):
        streams[i].compress(text[:rng.randrange(len(text))])
    else:
        streams[i].flush()
        streams[i] = makers[i]()


def decompress(rng):
    i = rng.randrange(4)
    d = decoders[i]
    at = rng.randrange(3)
    d.decompress(readers[i][1] if at == 0 else readers[i][1][:40], rng.choice((-1, 0, 10, 100000)))
    if d.eof or not d.needs_input or d.unused_data:
        decoders[i] = readers[i][0]()


def digest(rng):
    level = rng.randrange(1, 6)
    data = zstd.ZstdCompressor(level, zstd_dict=dictionary.as_digested_dict).compress(text, 2)
    if zstd.decompress(data, dictionary) != text:
        raise AssertionError("wrong text")


def whole(rng):
    i = rng.randrange(4)
    if readers[i][0]().decompress(readers[i][1]) != text:
        raise AssertionError("wrong text")


hammer(compress, compress, decompress, decompress, digest, whole, turns=150,
       allowed=(ValueError, EOFError, OSError, lzma.LZMAError, zlib.error, zstd.ZstdError))
print("ok")
# expect: ok
