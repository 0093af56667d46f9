# SPDX-License-Identifier: MIT
# max_length, needs_input, eof and unused_data of all four decompressors.
import bz2
import lzma
import zlib
from compression import zstd

text = b"".join(b"line %d of the text\n" % (i * i) for i in range(3000))
kinds = [(bz2.BZ2Decompressor, bz2.compress), (lzma.LZMADecompressor, lzma.compress), (zlib._ZlibDecompressor, zlib.compress),
         (zstd.ZstdDecompressor, zstd.compress)]
for make, compress in kinds:
    data = compress(text)
    d = make()
    print(d.eof, d.needs_input, d.unused_data, d.decompress(data + b"rest") == text, d.eof, d.needs_input, d.unused_data)
    try:
        d.decompress(b"")
    except EOFError as e:
        print(e)
    # In small pieces, with an output limit.
    d, out, at = make(), [], 0
    while not d.eof:
        piece = b""
        if d.needs_input:
            piece = data[at:at + 100]
            at += 100
        out.append(d.decompress(piece, max_length=777))
    print(b"".join(out) == text, max(map(len, out)) <= 777)
    d = make()
    print(d.decompress(data, 0), d.needs_input, d.decompress(b"", 5), d.decompress(memoryview(b""), -1) == text[5:], d.eof)
    for wrong in (lambda: d.decompress("a"), lambda: make().decompress(b"a", 2**70), lambda: make().decompress(b"a", "x"), lambda: make().decompress()):
        try:
            wrong()
        except (TypeError, OverflowError) as e:
            print(type(e).__name__)
# expect: False True b'' True True False b'rest'
# expect: End of stream already reached
# expect: True True
# expect: b'' False b'line ' True True
# expect: TypeError
# expect: OverflowError
# expect: TypeError
# expect: TypeError
# expect: False True b'' True True False b'rest'
# expect: Already at end of stream
# expect: True True
# expect: b'' False b'line ' True True
# expect: TypeError
# expect: OverflowError
# expect: TypeError
# expect: TypeError
# expect: False True b'' True True False b'rest'
# expect: End of stream already reached
# expect: True True
# expect: b'' False b'line ' True True
# expect: TypeError
# expect: OverflowError
# expect: TypeError
# expect: TypeError
# expect: False True b'' True True False b'rest'
# expect: Already at the end of a Zstandard frame.
# expect: True True
# expect: b'' False b'line ' True True
# expect: TypeError
# expect: OverflowError
# expect: TypeError
# expect: TypeError
