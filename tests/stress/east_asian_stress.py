# SPDX-License-Identifier: MIT
"""Threads that use the East Asian codecs for the first time at once, and then share incremental coders."""
import codecs
import threading
import zlib

from _hammer import hammer

NAMES = ("shift_jis cp932 euc_jp euc_jis_2004 shift_jisx0213 iso2022_jp_2 gb2312 gbk gb18030 hz big5 cp950 big5hkscs euc_kr cp949 johab "
         "iso2022_kr").split()
TEXT = "".join(map(chr, range(0x20, 0x2000))) + "".join(map(chr, range(0x3000, 0xAD00)))
THREADS = 6
sums = [None] * THREADS
together = threading.Barrier(THREADS)


def first(number):
    found = {}
    together.wait()
    for i in range(len(NAMES)):
        name = NAMES[(i + number * 3) % len(NAMES)]
        data = TEXT.encode(name, "ignore")
        found[name] = zlib.crc32(data), zlib.crc32(data.decode(name, "replace").encode("utf-8"))
    sums[number] = found


threads = [threading.Thread(target=first, args=(i,)) for i in range(THREADS)]
for t in threads:
    t.start()
for t in threads:
    t.join()
if any(s != sums[0] for s in sums) or len(sums[0]) != len(NAMES):
    raise AssertionError("threads saw different tables")

encoder = codecs.getincrementalencoder("euc_jis_2004")("replace")
decoder = codecs.getincrementaldecoder("iso2022_jp_2")("replace")
codecs.register_error("stress.note", lambda e: ("<%d>" % e.start, e.end))
PIECES = [b"\x1b$B", b"$\"", b"$", b"\x1b(B", b"abc", b"\x1b", b"\xff", b"\n"]


def encode(rng):
    r = encoder.encode(rng.choice(["\xe6", "\u0300", "\u3042", "a", "\u1234"]), rng.random() < 0.2)
    if type(r) is not bytes:
        raise AssertionError(repr(r))
    if rng.random() < 0.1:
        encoder.setstate(encoder.getstate())
    if rng.random() < 0.05:
        encoder.errors = rng.choice(["ignore", "replace", "stress.note"])


def decode(rng):
    r = decoder.decode(rng.choice(PIECES))
    if type(r) is not str:
        raise AssertionError(repr(r))
    if rng.random() < 0.1:
        decoder.setstate(decoder.getstate())
    if rng.random() < 0.05:
        decoder.errors = rng.choice(["ignore", "replace", "stress.note"])


def rest(rng):
    (encoder if rng.random() < 0.5 else decoder).reset()
    if encoder.errors not in ("ignore", "replace", "stress.note"):
        raise AssertionError(encoder.errors)


hammer(encode, decode, rest, allowed=(UnicodeError,))  # an unfinished escape sequence may become too long to keep
print("ok")
# expect: ok
