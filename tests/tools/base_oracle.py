# SPDX-License-Identifier: MIT
"""Compares core/base with the Python that runs this file (3.14, Unicode 16.0.0), by ctypes.

    cc -shared -fPIC -O2 -I. -o /tmp/base.so core/base/*.c
    python3.14 tests/tools/base_oracle.py /tmp/base.so [part ...]

PYTHON in the environment names the command of the same Python, where sys.executable cannot be run.

Parts: properties, case, names, normalize, utf8, hash, mt, parse, repr, format. All by default. Exhaustive over the
code points; random elsewhere, with the seed printed. Exits with 1 when anything differs.
"""

import ctypes as C
import os
import random
import struct
import subprocess
import sys
import unicodedata as ud

import _sre

lib = C.CDLL(sys.argv[1])
bad = 0


def differ(*what):
    global bad
    bad += 1
    if bad < 40:
        print("DIFFERS", *(ascii(w) for w in what))


class Record(C.Structure):
    _fields_ = [("upper", C.c_int32), ("lower", C.c_int32), ("title", C.c_int32), ("fold", C.c_int32),
                ("flags", C.c_uint32), ("numeric", C.c_uint8), ("category", C.c_uint8), ("bidi", C.c_uint8),
                ("combining", C.c_uint8), ("width", C.c_uint8), ("decimal", C.c_int8), ("digit", C.c_int8)]


FLAGS = ["alpha", "decimal", "digit", "numeric", "space", "linebreak", "printable", "upper", "lower", "title",
         "cased", "ignorable", "xid_start", "xid_continue", "mirrored"]


def part_properties():
    index1 = (C.c_uint16 * (0x110000 >> 6)).in_dll(lib, "unicode_index1")
    index2 = (C.c_uint16 * ((max(index1) + 1) << 6)).in_dll(lib, "unicode_index2")
    records = (Record * (max(index2) + 1)).in_dll(lib, "unicode_records")
    for f in "category", "bidirectional", "east_asian_width":
        getattr(lib, "unicode_" + f).restype = C.c_char_p
    value = C.c_double()
    tag, parts = C.c_char_p(), (C.c_uint32 * 18)()
    for cp in range(0x110000):
        c = chr(cp)
        r = records[index2[index1[cp >> 6] << 6 | cp & 63]]
        want = [c.isalpha(), c.isdecimal(), c.isdigit(), c.isnumeric(), c.isspace(),
                len(("a" + c + "a").splitlines()) == 2, c.isprintable(), c.isupper(), c.islower(),
                ud.category(c) == "Lt", None, None, c.isidentifier() and c != "_", ("a" + c).isidentifier(),
                bool(ud.mirrored(c))]
        for i, w in enumerate(want):
            if w is not None and bool(r.flags >> i & 1) != w:
                differ(cp, FLAGS[i], w)
        got = (lib.unicode_category(cp).decode(), lib.unicode_bidirectional(cp).decode(), r.combining,
               lib.unicode_east_asian_width(cp).decode(), r.decimal, r.digit,
               value.value if lib.unicode_numeric_value(cp, C.byref(value)) & 0xFF else None)
        want = (ud.category(c), ud.bidirectional(c), ud.combining(c), ud.east_asian_width(c),
                ud.decimal(c, -1), ud.digit(c, -1), ud.numeric(c, None))
        if got != want:
            differ(cp, got, want)
        n = lib.unicode_decomposition(cp, C.byref(tag), parts)
        got = " ".join(filter(None, [tag.value.decode(), *(f"{parts[i]:04X}" for i in range(n))])) if n else ""
        if got != ud.decomposition(c):
            differ(cp, got, ud.decomposition(c))


def part_case():
    out = (C.c_uint32 * 3)()
    for cp in range(0x110000):
        c = chr(cp)
        for name, want in (("upper", c.upper()), ("lower", c.lower()), ("title", c.title()),
                           ("fold", c.casefold())):
            n = getattr(lib, f"unicode_to_{name}_full")(cp, out)
            got = "".join(chr(out[i]) for i in range(n))
            if got != want:
                differ(cp, name, got, want)
        if lib.unicode_to_lower(cp) != _sre.unicode_tolower(cp):
            differ(cp, "simple lower")
    getter = C.CFUNCTYPE(C.c_uint32, C.c_void_p, C.c_size_t)
    letters = "aA\u03a3\u0345. \u00ad'\u00aa\u02b0\u01c51"
    for _ in range(20000):
        s = "".join(random.choices(letters, k=random.randrange(1, 8)))
        low = s.lower()
        if len(low) != len(s):
            continue
        get = getter(lambda _, i: ord(s[i]))
        for i, c in enumerate(s):
            if c == "\u03a3" and (lib.unicode_sigma_is_final(get, None, C.c_size_t(i), C.c_size_t(len(s))) & 0xFF) != (low[i] == "\u03c2"):
                differ("sigma", s, i)


def part_names():
    buf = C.create_string_buffer(100)
    cp_out = C.c_uint32()
    seq = (C.c_uint32 * 4)()

    def lookup(name):
        name = name.encode()
        if lib.unicode_name_lookup(name, C.c_size_t(len(name)), C.byref(cp_out)) & 0xFF:
            return chr(cp_out.value)
        n = lib.unicode_name_lookup_sequence(name, C.c_size_t(len(name)), seq)
        return "".join(chr(seq[i]) for i in range(n)) or None

    def oracle(name):
        try:
            return ud.lookup(name)
        except KeyError:
            return None

    for cp in range(0x110000):
        n = lib.unicode_name_of(cp, buf, C.c_size_t(100))
        want = ud.name(chr(cp), "")
        if buf.raw[:n].decode() != want:
            differ(cp, buf.raw[:n], want)
        if want and lookup(want.lower() if cp & 1 else want) != chr(cp):
            differ("lookup", want, cp)
    sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../tools"))
    import unicode_tables
    for text, name in unicode_tables.alias_names():
        if lookup(name) != text:
            differ("alias", name)
    for name in ["", "A", "HANGUL SYLLABLE ", "HANGUL SYLLABLE GGG", "CJK UNIFIED IDEOGRAPH-4e00", "EURO SIGN ",
                 "CJK UNIFIED IDEOGRAPH-04E00", "CJK UNIFIED IDEOGRAPH-3FFF", "CJK UNIFIED IDEOGRAPH-20000",
                 "TANGUT IDEOGRAPH-17000", "CJK COMPATIBILITY IDEOGRAPH-F900", "HANGUL SYLLABLE A", " EURO SIGN",
                 "x" * 300, "EGYPTIAN HIEROGLYPH-13460", "HANGUL SYLLABLE GGWAEGGX", "hangul syllable ssyi"]:
        if lookup(name) != oracle(name):
            differ("odd name", name, lookup(name), oracle(name))


def array32(text):
    return (C.c_uint32 * max(1, len(text)))(*map(ord, text))


def part_normalize():
    lib.unicode_normalize.restype = C.POINTER(C.c_uint32)
    free = C.CDLL(None).free
    free.argtypes = [C.c_void_p]
    n = C.c_size_t()

    def check(text):
        data = array32(text)
        for form, name in enumerate(("NFC", "NFD", "NFKC", "NFKD")):
            p = lib.unicode_normalize(form, data, C.c_size_t(len(text)), C.byref(n))
            got = "".join(map(chr, p[:n.value]))
            free(p)
            want = ud.normalize(name, text)
            if got != want:
                differ(name, text, got, want)
            quick = lib.unicode_quick_check(form, data, C.c_size_t(len(text)))
            if (quick == 0 and want != text) or (quick == 2 and want == text):
                differ("quick", name, text, quick)

    for cp in range(0x110000):
        if ud.decomposition(chr(cp)) or ud.combining(chr(cp)) or 0x1100 <= cp < 0x1200 or cp < 0x2000 or cp % 97 == 0:
            check(chr(cp))
    pool = [chr(c) for c in range(0x110000) if ud.combining(chr(c)) or ud.decomposition(chr(c))]
    pool += [chr(c) for c in range(0x1100, 0x1200)] * 8 + list("aeiouAEIOU") * 100
    pool += [chr(random.randrange(0x300, 0x340)) for _ in range(3000)]
    for _ in range(60000):
        check("".join(random.choices(pool, k=random.randrange(1, 12))))
    for _ in range(200):
        check("a" + "".join(random.choices(pool[:900], k=200)))


class Scan(C.Structure):
    _fields_ = [("length", C.c_size_t), ("bytes", C.c_size_t), ("max", C.c_uint32)]


def part_utf8():
    lib.utf8_error.restype = C.c_char_p
    lib.utf8_encoded_size.restype = C.c_size_t
    for f in "utf8_decode_latin1", "utf8_decode_ucs2", "utf8_decode_ucs4", "utf8_encode":
        getattr(lib, f).restype = C.c_void_p
    scan, end = Scan(), C.c_size_t()

    def check(data, surrogates):
        ok = lib.utf8_scan(data, C.c_size_t(len(data)), C.c_bool(surrogates), C.byref(scan)) & 0xFF
        try:
            text = data.decode("utf-8", "surrogatepass" if surrogates else "strict")
        except UnicodeDecodeError as e:
            if surrogates:
                if ok:
                    differ("scan", data)
                return
            if ok or scan.bytes != e.start:
                differ("scan", data, ok, scan.bytes, e.start)
                return
            why = lib.utf8_error(data, C.c_size_t(len(data)), C.c_size_t(e.start), C.c_bool(surrogates), C.byref(end))
            if (why.decode(), end.value) != (e.reason, e.end):
                differ("error", data, why, end.value, e)
            return
        top = max(map(ord, text), default=0)
        want = 0x7F if top < 128 else 0xFF if top < 256 else 0xFFFF if top < 65536 else 0x10FFFF
        if not ok or scan.length != len(text) or scan.max != want or scan.bytes != len(data):
            differ("scan", data, ok, scan.length, scan.max)
            return
        kinds = [(4, C.c_uint32, "utf8_decode_ucs4")]
        if want <= 0xFFFF:
            kinds.append((2, C.c_uint16, "utf8_decode_ucs2"))
        if want <= 0xFF:
            kinds.append((1, C.c_uint8, "utf8_decode_latin1"))
        for kind, ctype, name in kinds:
            buf = (ctype * (len(text) + 1))()
            at = getattr(lib, name)(data, C.c_size_t(len(data)), buf)
            if "".join(map(chr, buf[:len(text)])) != text or at - C.addressof(buf) != kind * len(text):
                differ(name, data)
            if lib.utf8_encoded_size(buf, kind, C.c_size_t(len(text))) != len(data):
                differ("size", data)
            back = C.create_string_buffer(len(data) + 1)
            lib.utf8_encode(buf, kind, C.c_size_t(len(text)), back)
            if back.raw[:-1] != data:
                differ("encode", data)
        if lib.utf8_count(data, C.c_size_t(len(data))) != len(text):
            differ("count", data)

    for cp in range(0x110000):
        if cp < 0x3000 or cp % 61 == 0 or 0xD7F0 < cp < 0xE010 or cp > 0x10FFF0:
            data = chr(cp).encode("utf-8", "surrogatepass")
            check(data, False)
            check(data, True)
    odd = [0, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEE, 0xEF,
           0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF]
    for a in odd:
        for b in odd:
            check(bytes([a, b]), False)
            for c in odd:
                check(bytes([a, b, c]), False)
                check(bytes([65, a, b, c, 65]), True)
    for _ in range(60000):
        check(bytes(random.choices(odd, k=random.randrange(1, 12))), random.random() < .5)
    for _ in range(10000):
        text = "".join(random.choices("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\xe9\u20ac\U0001F600", k=random.randrange(100)))
        check(text.encode(), False)


def part_hash():
    lib.hash_double.restype = lib.hash_limbs.restype = C.c_int64
    lib.siphash13.restype = C.c_uint64
    for seed in 0, 1, 42, 4294967295:
        lib.hash_init(str(seed).encode())
        key = (C.c_uint64 * 2).in_dll(lib, "hash_key")

        class Key(C.Structure):
            _fields_ = [("k0", C.c_uint64), ("k1", C.c_uint64)]
        data = [b"a" * n for n in range(1, 40)] + [bytes(range(n)) for n in range(1, 40)]
        code = f"print(*[hash(d) for d in {data!r}])"
        out = subprocess.run([os.environ.get("PYTHON", sys.executable), "-c", code], env=dict(os.environ, PYTHONHASHSEED=str(seed)),
                             capture_output=True, text=True).stdout.split()
        for d, want in zip(data, out, strict=True):
            got = C.c_int64(lib.siphash13(Key(key[0], key[1]), d, C.c_size_t(len(d)))).value
            if got != int(want):
                differ("siphash", seed, d, got, want)
    for text in b"x", b"-1", b"4294967296", b"1x":
        if lib.hash_init(text) != -1:
            differ("hash_init", text)
    for _ in range(200000):
        v = struct.unpack("d", random.randbytes(8))[0] if random.random() < .7 else float(random.randrange(-1 << 70, 1 << 70))
        if v == v and lib.hash_double(C.c_double(v), C.c_int64(7)) != hash(v):
            differ("hash", v)
    for v in 0.0, -0.0, 1.0, -1.0, float("inf"), -float("inf"), 5e-324, 2.0 ** 61, 2.0 ** 61 - 512, float(2 ** 61 - 1):
        if lib.hash_double(C.c_double(v), C.c_int64(7)) != hash(v):
            differ("hash", v)
    for _ in range(50000):
        v = random.getrandbits(random.randrange(1, 700))
        n = (v.bit_length() + 63) // 64
        limbs = (C.c_uint64 * (n + 1))(*(v >> 64 * i & (1 << 64) - 1 for i in range(n)))
        for negative in False, True:
            if lib.hash_limbs(limbs, C.c_size_t(n), C.c_bool(negative)) != hash(-v if negative else v):
                differ("hash", v, negative)


def part_mt():
    class Mt(C.Structure):
        _fields_ = [("index", C.c_uint32), ("state", C.c_uint32 * 624)]
    mt = Mt()
    for seed in 0, 1, 12345678901234567890:
        r = random.Random(seed)
        words = [seed & 0xFFFFFFFF] + ([seed >> 32] if seed >> 32 else [])
        lib.mt_seed_array(C.byref(mt), (C.c_uint32 * len(words))(*words), C.c_size_t(len(words)))
        for _ in range(3):
            if (*mt.state, mt.index) != r.getstate()[1]:
                differ("mt", seed)
            lib.mt_refill(C.byref(mt))
            for _ in range(624):
                r.getrandbits(32)
            mt.index = 624


def doubles(count):
    for _ in range(count):
        kind = random.random()
        if kind < .4:
            yield struct.unpack("d", random.randbytes(8))[0]
        elif kind < .6:
            yield random.uniform(-1e6, 1e6)
        elif kind < .7:
            yield round(random.uniform(-1e4, 1e4), random.randrange(6))
        elif kind < .8:
            yield float(random.randrange(-10 ** random.randrange(1, 25), 10 ** random.randrange(1, 25)))
        elif kind < .9:
            yield random.randrange(1, 100) * 10.0 ** random.randrange(-30, 30)
        else:
            yield struct.unpack("d", struct.pack("Q", random.randrange(1 << 12) << 52 | random.randrange(4)))[0]


EDGES = [0.0, -0.0, 1.0, -1.0, 0.1, 1e15, 1e16, 1e17, 123456789012345678.0, 9007199254740993.0, 1e22, 1e23, 5e-324, 0.5, 1.5, 2.5, 0.05,
         2.2250738585072014e-308, 2.225073858507201e-308, 1.7976931348623157e308, 0.0001, 0.00001, 9.5, 99.5, 0.95,
         1e-5, 1e-4, 123456.7, 999999.5, float("inf"), -float("inf"), float("nan"), 2.0 ** 53, 2.0 ** 54, 4.35, 1e21]


def part_repr():
    lib.double_repr_shortest.restype = C.c_size_t
    buf = C.create_string_buffer(40)
    for v in [*EDGES, *doubles(1000000), *(2.0 ** k for k in range(-1074, 1024))]:
        n = lib.double_repr_shortest(C.c_double(v), buf)
        if buf.value.decode() != repr(v) or n != len(repr(v)):
            differ("repr", v.hex(), buf.value, repr(v))


def part_parse():
    out = C.c_double()

    def check(text):
        data = text.encode()
        ok = 0 if data and lib.double_parse_prefix(data, C.c_size_t(len(data)), C.byref(out)) == len(data) else -1
        try:
            want = float(text) if text == text.strip() and "_" not in text else None
        except ValueError:
            want = None
        if want is None:
            if ok != -1:
                differ("parse", text, ok)
        elif ok or struct.pack("d", out.value) != struct.pack("d", want):
            differ("parse", text, ok, out.value, want)

    for t in ["", "1", "+1", "-1", "--1", "1.", ".5", ".", "+.", "1e5", "1e", "1e+", "1e+5", "1e-5", "e5", "inf", "-inf", "+Infinity", "nan",
              "-nan", "NaN", "nan1", "infinit", "infinityx", "1x", "0x10", "1e400", "-1e400", "1e-400", "1_0", " 1", "1 ", "1e99999999999999999999",
              "0e99999999999999999999", "1e-99999999999999999999", "0." + "0" * 400 + "1e400", "1" + "0" * 400 + "e-400", "9" * 1000,
              "1" * 800 + "e-300", "9007199254740993", "9007199254740992.5", "9007199254740993.00000000000000001", "1,5", "1\0", "\0",
              "2.2250738585072011e-308", "2.2250738585072012e-308", "4.9e-324", "2.4e-324", "2.5e-324", "1.7976931348623158e308",
              "1.7976931348623159e308", "0.1e1", "00012", "-0", "-0.0", "123456789012345678901234567890"]:
        check(t)
    for v in doubles(300000):
        check(repr(v))
        check(f"{v:.{random.randrange(20)}e}")
    for _ in range(100000):
        check("".join(random.choices("0123456789.e+-", k=random.randrange(1, 9))))
        check("".join(random.choices("0123456789", k=random.randrange(1, 30))) + "." + "".join(random.choices("0123456789", k=random.randrange(1, 30))) + f"e{random.randrange(-340, 340)}")


def part_format():
    lib.double_format.restype = C.c_size_t
    size = 1200
    buf = C.create_string_buffer(size)

    def run(v, code, precision, flags):
        n = lib.double_format(C.c_double(v), C.c_char(code.encode()), C.c_int(precision), C.c_uint(flags), buf, C.c_size_t(size))
        if n >= size:
            big = C.create_string_buffer(n + 1)
            m = lib.double_format(C.c_double(v), C.c_char(code.encode()), C.c_int(precision), C.c_uint(flags), big, C.c_size_t(n + 1))
            assert n == m
            return big.value.decode()
        assert len(buf.value) == n
        return buf.value.decode()

    for v in [*EDGES, *doubles(120000)]:
        for code in random.sample("efgEFG%", 3):
            for precision in (0, 1, 6, random.randrange(2, 25)):
                alt, sign, z = (random.random() < .2 for _ in range(3))
                spec = f"{'+' if sign else ''}{'z' if z else ''}{'#' if alt else ''}.{precision}{code}"
                got = run(v, code, precision, sign | alt << 1 | z << 3)
                if got != format(v, spec):
                    differ("format", v.hex(), spec, got, format(v, spec))
        precision = random.randrange(1, 20)
        got = run(v, "g", precision, 4)
        if got != format(v, f".{precision}"):
            differ("format", v.hex(), precision, got, format(v, f".{precision}"))
    for v, spec in (1e300, ".3f"), (1 / 3, ".1100f"), (5e-324, ".1100g"), (5e-324, ".1074f"), (1.0, "#.1100g"), (1e308, ".10%"):
        if run(v, spec[-1], int(spec[:-1].split(".")[1]), 2 if spec[0] == "#" else 0) != format(v, spec):
            differ("format", v, spec)


def main():
    seed = int(os.environ.get("SEED", random.randrange(1 << 30)))
    print("seed", seed)
    random.seed(seed)
    for part in sys.argv[2:] or ["properties", "case", "names", "normalize", "utf8", "hash", "mt", "repr", "parse", "format"]:
        before = bad
        globals()["part_" + part]()
        print(part, "ok" if bad == before else f"{bad - before} DIFFERENCES", flush=True)
    sys.exit(bad > 0)


main()
