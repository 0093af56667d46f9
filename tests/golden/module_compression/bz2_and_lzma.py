# SPDX-License-Identifier: MIT
import bz2
import _lzma
import lzma


def error(f, *args, **kw):
    try:
        return f(*args, **kw)
    except Exception as e:
        return "%s: %s" % (type(e).__name__, e)


c = bz2.BZ2Compressor(1)
data = c.compress(b"abc" * 100000) + c.flush()
print(bz2.decompress(data) == b"abc" * 100000, error(c.flush), error(c.compress, b""))
# expect: True ValueError: Repeated call to flush() ValueError: Compressor has been flushed
print(error(bz2.BZ2Compressor, 0), error(bz2.BZ2Compressor, compresslevel=3))
# expect: ValueError: compresslevel must be between 1 and 9 TypeError: BZ2Compressor() takes no keyword arguments
d = bz2.BZ2Decompressor()
print(error(d.decompress, b"not bz2"), d.needs_input, error(d.decompress, data))
# expect: OSError: Invalid data stream False ValueError: Decompressor is unusable after a previous error

L = lzma.LZMACompressor
for kw in ({}, {"format": lzma.FORMAT_ALONE}, {"preset": 1, "check": lzma.CHECK_SHA256},
           {"format": lzma.FORMAT_RAW, "filters": [{"id": lzma.FILTER_DELTA, "dist": 3}, {"id": lzma.FILTER_LZMA2, "preset": 3, "lc": 1}]}):
    c = L(**kw)
    data = c.compress(b"xyz" * 10000) + c.flush()
    d = lzma.LZMADecompressor(kw.get("format", 0), filters=kw.get("filters"))
    print(d.check, d.decompress(data) == b"xyz" * 10000, d.check, d.eof)
# expect: 16 True 4 True
# expect: 0 True 0 True
# expect: 16 True 10 True
# expect: 0 True 0 True
raw = lzma.FORMAT_RAW
for kw in ({"preset": -1}, {"preset": 2**32}, {"preset": "a"}, {"preset": 99}, {"format": 2, "preset": 99}, {"format": raw, "filters": {}}, {"format": raw, "filters": 5},
           {"format": raw, "filters": [5]}, {"format": raw, "filters": [{}]}, {"format": raw, "filters": [{"id": 99}]}, {"format": raw, "filters": [{"id": 33, "x": 1}]},
           {"format": raw, "filters": [{"id": 3, "dist": "a"}]}, {"format": raw, "filters": [{"id": 33}] * 5}, {"format": 2, "filters": [{"id": 33}]}, {"format": 7},
           {"format": raw}, {"format": 2, "check": 4}, {"check": 7}, {"preset": 3, "filters": []}):
    print(error(L, **kw))
# expect: ValueError: Cannot convert negative int
# expect: OverflowError: Python int too large for C uint32_t
# expect: TypeError: 'str' object cannot be interpreted as an integer
# expect: LZMAError: Invalid or unsupported options
# expect: LZMAError: Invalid compression preset: 99
# expect: TypeError: dict is not a sequence
# expect: TypeError: object of type 'int' has no len()
# expect: TypeError: Filter specifier must be a dict or dict-like object
# expect: ValueError: Filter specifier must have an "id" entry
# expect: ValueError: Invalid filter ID: 99
# expect: ValueError: Invalid filter specifier for LZMA filter
# expect: ValueError: Invalid filter specifier for delta filter
# expect: ValueError: Too many filters - liblzma supports a maximum of 4
# expect: ValueError: Invalid filter chain for FORMAT_ALONE - must be a single LZMA1 filter
# expect: ValueError: Invalid container format: 7
# expect: ValueError: Must specify filters for FORMAT_RAW
# expect: ValueError: Integrity checks are only supported by FORMAT_XZ
# expect: LZMAError: Unsupported integrity check
# expect: ValueError: Cannot specify both preset and filter chain
for kw in ({"format": 3}, {"format": 3, "memlimit": 5}, {"memlimit": -5}, {"memlimit": 2**70}, {"filters": []}, {"format": 9}):
    print(error(lzma.LZMADecompressor, **kw))
# expect: ValueError: Must specify filters for FORMAT_RAW
# expect: ValueError: Cannot specify memory limit with FORMAT_RAW
# expect: ValueError: Cannot convert negative int
# expect: OverflowError: Python int too large for C uint64_t
# expect: ValueError: Cannot specify filters except with FORMAT_RAW
# expect: ValueError: Invalid container format: 9
print(error(lzma.LZMADecompressor(memlimit=5).decompress, lzma.compress(b"abc")), error(lzma.LZMADecompressor().decompress, b"not lzma....."))
# expect: LZMAError: Memory usage limit exceeded LZMAError: Input format not supported by decoder
encode, decode = _lzma._encode_filter_properties, _lzma._decode_filter_properties
print(encode({"id": 33, "dict_size": 4096}), encode({"id": lzma.FILTER_LZMA1}), encode({"id": 4}), encode({"id": 4, "start_offset": 16}))
# expect: b'\x00' b']\x00\x00\x80\x00' b'' b'\x10\x00\x00\x00'
print(decode(33, b"\x05"), decode(lzma.FILTER_LZMA1, b"]\0\0\x80\0"), decode(4, b""), decode(3, b"\x10"))
# expect: {'id': 33, 'dict_size': 24576} {'id': 4611686018427387905, 'lc': 3, 'lp': 0, 'pb': 2, 'dict_size': 8388608} {'id': 4} {'id': 3, 'dist': 17}
print(error(decode, 99, b""), lzma.is_check_supported(1), lzma.is_check_supported(99))
# expect: LZMAError: Invalid or unsupported options True False
