# SPDX-License-Identifier: MIT
"""Random bytes and texts through every native codec with every error handler: a result or an
exception, never a crash; what was decoded strictly encodes back; input that comes in pieces gives what
the whole gives. FUZZ_SEED and FUZZ_TURNS."""
import _codecs
import os
import random
import sys
import warnings

warnings.simplefilter("ignore")
SEED = int(os.environ.get("FUZZ_SEED", "20260101"))
TURNS = int(os.environ.get("FUZZ_TURNS", "3000"))
sys.stderr.write("seed %d\n" % SEED)
rng = random.Random(SEED)

UTF = ["utf_7", "utf_8", "utf_16_le", "utf_16_be", "utf_32_le", "utf_32_be"]
DECODERS = UTF + ["utf_16", "utf_32", "ascii", "latin_1", "unicode_escape", "raw_unicode_escape", "escape", "charmap"]
ENCODERS = UTF + ["utf_16", "utf_32", "ascii", "latin_1", "unicode_escape", "raw_unicode_escape", "charmap"]
HANDLERS = ["strict", "ignore", "replace", "backslashreplace", "xmlcharrefreplace", "namereplace",
            "surrogateescape", "surrogatepass", "fuzz", "nonsense"]
ANSWERS = [("x", 0), ("", 10 ** 6), ("\u20ac", -1), ("\ud800", 3), (b"\xff", 2), ("y", -10 ** 6), "x", (1, 2), ("a", "b")]
PIECES = [b"", b"a", b"abc ", b"+", b"+AG", b"-", b"\\", b"\\x4", b"\\u20", b"\\N{EURO SIGN}", b"\\U0010ffff", b"\\777", b"\xff",
          b"\xed\xa0\x80", b"\xf0\x9f\x98\x80", b"\xe2\x82", b"\xff\xfe", b"\xfe\xff", b"\x00\xd8", b"\x00\xdc", b"\0\0", b"\xc0\x80",
          b"\xf4\x90\x80\x80", b"\xef\xbb\xbf", b"\0\0\xfe\xff"]
CHARS = "a+-\\\0\x7f\x80\xe9\xff\u0100\u20ac\ud7ff\ue000\uffff\U00010000\U0010ffff\ud800\udbff\udc00\udc80\udfff"
MAPS = [None, "abc\ufffe\U0001f600", {97: "xyz", 98: None, 99: 0x20ac, 100: 300, 101: -1, 102: 1.5, 0xff: ""}, {97: b"xy", 0xe9: 65, 0x20ac: 256}]


def answer(exc):
    """An error handler of changing honesty, which may also exchange the input."""
    if rng.random() < 0.1 and isinstance(exc, UnicodeDecodeError):
        exc.object = b"zz" * rng.randrange(3)
    if rng.random() < 0.5:
        return ("?", exc.end)
    return rng.choice(ANSWERS)


_codecs.register_error("fuzz", answer)


def some_bytes():
    kind = rng.random()
    if kind < 0.3:
        return bytes(rng.randrange(256) for _ in range(rng.randrange(12)))
    return b"".join(rng.choice(PIECES) for _ in range(rng.randrange(8)))


def some_text():
    return "".join(rng.choice(CHARS) for _ in range(rng.randrange(10)))


def attempt(fn, *args):
    try:
        return fn(*args)
    except (UnicodeError, LookupError, ValueError, TypeError, OverflowError):
        return None


def pieces_agree(name, data):
    """The decoder fed piece by piece, as the incremental codecs feed it."""
    decode = getattr(_codecs, name + "_decode")
    whole = attempt(decode, data, "strict", True)
    out, rest, position = [], b"", 0
    while position < len(data):
        step = rng.randrange(1, 5)
        rest += data[position:position + step]
        position += step
        got = attempt(decode, rest, "strict", position >= len(data))
        if got is None:
            assert whole is None, (name, data)
            return
        out.append(got[0])
        rest = rest[got[1]:]
    if data:
        assert whole is not None and "".join(out) == whole[0], (name, data, out, whole)


def main():
    for turn in range(TURNS):
        data, text = some_bytes(), some_text()
        for name in DECODERS:
            decode = getattr(_codecs, name + "_decode")
            handler = rng.choice(HANDLERS)
            if name == "charmap":
                attempt(decode, data, handler, rng.choice(MAPS))
            else:
                attempt(decode, data, handler)
        for name in ENCODERS:
            encode = getattr(_codecs, name + "_encode")
            handler = rng.choice(HANDLERS)
            if name == "charmap":
                attempt(encode, text, handler, rng.choice(MAPS))
            else:
                attempt(encode, text, handler)
        for name in UTF:
            pieces_agree(name, data)
            encoded = attempt(getattr(_codecs, name + "_encode"), text, "strict")
            if encoded is not None and not (name == "utf_7" and any("\ud800" <= c < "\ue000" for c in text)):
                assert getattr(_codecs, name + "_decode")(encoded[0], "strict", True)[0] == text, (name, text)
            if name != "utf_7":
                passed = getattr(_codecs, name + "_encode")(text, "surrogatepass")[0]
                again = attempt(getattr(_codecs, name + "_decode"), passed, "surrogatepass", True)
                assert again is not None
        assert data.decode("utf-8", "surrogateescape").encode("utf-8", "surrogateescape") == data
        assert str(data, "latin-1").encode("latin-1") == data


main()
print("done")  # expect: done
