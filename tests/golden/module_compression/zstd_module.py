# SPDX-License-Identifier: MIT
import random
from compression import zstd
from compression.zstd import CompressionParameter as C, DecompressionParameter as D, ZstdCompressor, ZstdDecompressor, ZstdDict

random.seed(1)
words = [b"hello ", b"world ", b"abcdef ", b"12345 "]
samples = [b"".join(random.choice(words) for _ in range(40)) + b"%d" % i for i in range(200)]
trained = zstd.train_dict(samples, 3000)
raw = ZstdDict(b"12345678abcdef", is_raw=True)


def error(f, *args, **kw):
    try:
        return f(*args, **kw)
    except Exception as e:
        return "%s: %s" % (type(e).__name__, e)


text = samples[7]
for use in (trained, trained.as_digested_dict, trained.as_undigested_dict, trained.as_prefix, raw.as_prefix):
    data = zstd.compress(text, zstd_dict=use)
    print(zstd.decompress(data, use) == text, end=" ")
print(len(trained) > 256, trained.dict_id > 0, raw, trained.as_prefix[1])  # expect: True True True True True True True <ZstdDict dict_id=0 dict_size=14> 2
print(error(zstd.decompress, zstd.compress(text, zstd_dict=trained)))  # expect: ZstdError: Unable to decompress Zstandard data: Dictionary mismatch
final = zstd.finalize_dict(raw, samples, 2000, 5)
print(len(final) <= 2000, zstd.decompress(zstd.compress(text, zstd_dict=final), final) == text)  # expect: True True

c = ZstdCompressor(options={C.checksum_flag: 1, C.compression_level: 5, C.nb_workers: 2})
data = c.compress(text * 5000) + c.flush()
print(zstd.decompress(data) == text * 5000, c.last_mode, zstd.get_frame_size(data) == len(data), zstd.get_frame_info(zstd.compress(b"abc")))
# expect: True 2 True FrameInfo(decompressed_size=3, dictionary_id=0)
c = ZstdCompressor(1)
print(c.compress(b"a"), c.last_mode, len(c.flush(c.FLUSH_BLOCK)) > 0, c.last_mode, error(c.set_pledged_input_size, 2))
# expect: b'' 0 True 1 ValueError: set_pledged_input_size() method must be called when last_mode == FLUSH_FRAME
c.flush()
c.set_pledged_input_size(5)
print(error(lambda: c.compress(b"abc") + c.flush()), c.last_mode, zstd.decompress(c.compress(b"123", c.FLUSH_FRAME)))
# expect: ZstdError: Unable to compress Zstandard data: Src size is incorrect 2 b'123'
for args, kw in (([[]], {}), ([3, {}], {}), ([], {"options": {C.window_log: 3}}), ([], {"options": {999: 3}}), ([], {"options": {"a": 3}}),
                 ([], {"options": {C.window_log: 2**40}}), ([], {"options": {D.window_log_max: 20}}), ([200], {}), ([2**31], {}), ([], {"zstd_dict": b"abcd"}),
                 ([], {"zstd_dict": (trained, 3)}), ([], {"options": b"abc"})):
    print(error(ZstdCompressor, *args, **kw))
# expect: TypeError: invalid type for level, expected int
# expect: TypeError: Only one of level or options should be used.
# expect: ValueError: compression parameter 'window_log' received an illegal value 3; the valid range is [10, 31]
# expect: ValueError: invalid compression parameter 'unknown parameter (key 999)'
# expect: TypeError: 'str' object cannot be interpreted as an integer
# expect: OverflowError: Python int too large to convert to C int
# expect: TypeError: compression options dictionary key must not be a DecompressionParameter attribute
# expect: ValueError: illegal compression level 200; the valid range is [-131072, 22]
# expect: ValueError: illegal compression level; the valid range is [-131072, 22]
# expect: TypeError: zstd_dict argument should be a ZstdDict object.
# expect: TypeError: zstd_dict argument should be a ZstdDict object.
# expect: TypeError: ZstdCompressor() argument 'options' must be dict, not bytes
d = ZstdDecompressor()
print(error(d.decompress, b"abcd"), d.needs_input, d.decompress(zstd.compress(b"data")))
# expect: ZstdError: Unable to decompress Zstandard data: Unknown frame descriptor True b'data'
for args in ((b"1234567",), (b"12345678",), ("a",)):
    print(error(ZstdDict, *args))
# expect: ValueError: Zstandard dictionary content too short (must have at least eight bytes)
# expect: ValueError: invalid Zstandard dictionary
# expect: TypeError: a bytes-like object is required, not 'str'
