# SPDX-License-Identifier: MIT
"""Writes core/base/unicode_tables.c and unicode_names.c: the Unicode 16.0.0 facts as packed tables.

Every fact is asked of the running interpreter (unicodedata, str methods, _sre), so any Python whose
unicodedata.unidata_version is 16.0.0 writes the same files.  The names of aliases and named
sequences, which unicodedata can look up but not list, come through its name capsule (CPython).

usage: python3 tools/unicode_tables.py [output folder, default core/base]
"""

import ctypes
import pathlib
import re
import sys
import unicodedata as ud
from collections import Counter
from fractions import Fraction

import _sre

VERSION = "16.0.0"
ALL = range(0x110000)

CATEGORIES = ["Cn", "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps",
              "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co"]
BIDI = ["", "L", "R", "AL", "EN", "ES", "ET", "AN", "CS", "NSM", "BN", "B", "S", "WS", "ON", "LRE", "LRO",
        "RLE", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"]
WIDTHS = ["N", "A", "H", "W", "F", "Na"]

FLAGS = ["ALPHA", "DECIMAL", "DIGIT", "NUMERIC", "SPACE", "LINEBREAK", "PRINTABLE", "UPPER", "LOWER",
         "TITLE", "CASED", "CASE_IGNORABLE", "XID_START", "XID_CONTINUE", "MIRRORED", "CASE_SPECIAL",
         "NFD_NO", "NFKD_NO", "NFC_NO", "NFC_MAYBE", "NFKC_NO", "CASE_VARIES"]
BIT = {name: 1 << i for i, name in enumerate(FLAGS)}

SBASE, LBASE, VBASE, TBASE = 0xAC00, 0x1100, 0x1161, 0x11A7


def compositions():
    """All (first, second, composed) that NFC composes, Hangul left out."""
    out = []
    for cp in ALL:
        if SBASE <= cp < SBASE + 11172:
            continue
        d = ud.decomposition(chr(cp))
        if d and d[0] != "<":
            parts = [int(x, 16) for x in d.split()]
            if len(parts) == 2 and ud.normalize("NFC", ud.normalize("NFD", chr(cp))) == chr(cp):
                out.append((parts[0], parts[1], cp))
    return sorted(out)


def emit(out, ctype, name, values, static=True):
    out.append(f"{'static ' if static else ''}const {ctype} {name}[{len(values)}] = {{")
    line = ""
    for v in values:
        item = f"{v},"
        if len(line) + len(item) > 118:
            out.append(line)
            line = ""
        line += item
    if line:
        out.append(line)
    out.append("};\n")


def two_stage(values):
    """Splits values (a multiple of every block size long) into index and data of the least bytes."""
    best = None
    for shift in range(4, 10):
        size = 1 << shift
        seen, index, data = {}, [], []
        for i in range(0, len(values), size):
            block = tuple(values[i:i + size])
            at = seen.get(block)
            if at is None:
                at = seen[block] = len(data) >> shift
                data.extend(block)
            index.append(at)
        width = 1 if max(index) < 256 else 2
        cost = len(index) * width + len(data) * 2
        if best is None or cost < best[0]:
            best = (cost, shift, index, data)
    return best[1:]


def ctype_for(values):
    top = max(values)
    return "uint8_t" if top < 256 else "uint16_t" if top < 65536 else "uint32_t"


def properties(out):
    pairs = compositions()
    seconds = {b for _, b, _ in pairs}
    seconds |= set(range(VBASE, VBASE + 21)) | set(range(TBASE + 1, TBASE + 28))
    special, special_at = [], {}
    numerics = {}
    records, record_at, index = [], {}, []
    decomp_data, decomp_index, decomp_seen = [0], [], {}
    tags = [""]

    def case(cp, simple, full):
        """Returns (value, is special): a delta, or a place in the special table."""
        if full == chr(simple):
            return simple - cp, False
        key = (simple, full)
        if key not in special_at:
            special_at[key] = len(special)
            special.extend([simple, *map(ord, full)])
        return special_at[key] | len(full) << 24, True

    for cp in ALL:
        c = chr(cp)
        cat = ud.category(c)
        f = 0

        def flag(name, on):
            nonlocal f
            if on:
                f |= BIT[name]

        flag("ALPHA", c.isalpha())
        flag("DECIMAL", c.isdecimal())
        flag("DIGIT", c.isdigit())
        flag("NUMERIC", c.isnumeric())
        flag("SPACE", c.isspace())
        flag("LINEBREAK", len(("a" + c + "a").splitlines()) == 2)
        flag("PRINTABLE", c.isprintable())
        flag("UPPER", c.isupper())
        flag("LOWER", c.islower())
        flag("TITLE", cat == "Lt")
        cased = c.isupper() or c.islower() or cat == "Lt"
        flag("CASED", cased)
        after = ("A" + c + "\u03a3").lower()[-1] == "\u03c2"     # c is cased or ignorable
        alone = (c + "\u03a3").lower()[-1] == "\u03c2"           # c is cased and not ignorable
        flag("CASE_IGNORABLE", after and not alone)
        assert alone == (cased and not (after and not alone)), hex(cp)
        flag("XID_START", c.isidentifier() and c != "_")
        flag("XID_CONTINUE", ("a" + c).isidentifier())
        flag("MIRRORED", ud.mirrored(c))
        surrogate = 0xD800 <= cp < 0xE000
        flag("NFD_NO", not surrogate and ud.normalize("NFD", c) != c)
        flag("NFKD_NO", not surrogate and ud.normalize("NFKD", c) != c)
        flag("NFC_NO", not surrogate and ud.normalize("NFC", c) != c)
        flag("NFC_MAYBE", cp in seconds)
        flag("NFKC_NO", not surrogate and ud.normalize("NFKC", c) != c)

        full = c.upper(), c.lower() if cp != 0x3A3 else "\u03c3", c.title(), c.casefold()
        simple = []
        for i, text in enumerate(full):
            if i == 1:
                simple.append(_sre.unicode_tolower(cp))
            elif len(text) == 1:
                simple.append(ord(text))
            elif i == 0 and len(full[2]) == 1:
                simple.append(ord(full[2]))
            else:
                simple.append(cp)
        mapped = [case(cp, s, t) for s, t in zip(simple, full)]
        if any(special_ for _, special_ in mapped):
            f |= BIT["CASE_SPECIAL"]
            mapped = []
            for s, t in zip(simple, full):
                key = (s, t)
                if key not in special_at:
                    special_at[key] = len(special)
                    special.extend([s, *map(ord, t)])
                mapped.append((special_at[key] | len(t) << 24, True))
        flag("CASE_VARIES", any(t != c for t in full))

        num = ud.numeric(c, None)
        place = 0
        if num is not None:
            frac = Fraction(num).limit_denominator(1000)
            assert frac.numerator / frac.denominator == num, (hex(cp), num)
            place = numerics.setdefault((frac.numerator, frac.denominator), len(numerics) + 1)
        rec = (*(v for v, _ in mapped), f, place, CATEGORIES.index(cat), BIDI.index(ud.bidirectional(c)),
               ud.combining(c), WIDTHS.index(ud.east_asian_width(c)),
               ud.decimal(c, -1), ud.digit(c, -1))
        at = record_at.get(rec)
        if at is None:
            at = record_at[rec] = len(records)
            records.append(rec)
        index.append(at)

        d = ud.decomposition(c)
        if not d or SBASE <= cp < SBASE + 11172:
            decomp_index.append(0)
            continue
        parts = d.split()
        tag = parts.pop(0) if parts[0][0] == "<" else ""
        if tag not in tags:
            tags.append(tag)
        entry = (tags.index(tag) << 8 | len(parts), *(int(x, 16) for x in parts))
        if entry not in decomp_seen:
            decomp_seen[entry] = len(decomp_data)
            decomp_data.extend(entry)
        decomp_index.append(decomp_seen[entry])

    out.append('#include "core/base/unicode_tables.h"\n')
    out.append(f"const UnicodeRecord unicode_records[{len(records)}] = {{")
    for r in records:
        out.append("{" + ",".join(map(str, r)) + "},")
    out.append("};\n")
    shift, first, data = two_stage(index)
    emit(out, "uint16_t", "unicode_index1", first, False)
    emit(out, "uint16_t", "unicode_index2", data, False)
    emit(out, "uint32_t", "unicode_special_case", special, False)
    keys = sorted(numerics, key=numerics.get)
    out.append(f"const UnicodeFraction unicode_fractions[{len(keys) + 1}] = {{{{0,1}},")
    out.extend(f"{{{n},{d}}}," for n, d in keys)
    out.append("};\n")
    dshift, dfirst, ddata = two_stage(decomp_index)
    emit(out, "uint16_t", "unicode_decomp_index1", dfirst, False)
    emit(out, "uint16_t", "unicode_decomp_index2", ddata, False)
    emit(out, "uint32_t", "unicode_decomp_data", decomp_data, False)
    out.append(f"const UnicodePair unicode_pairs[{len(pairs)}] = {{")
    line = ""
    for a, b, c in pairs:
        item = f"{{{a},{b},{c}}},"
        if len(line) + len(item) > 118:
            out.append(line)
            line = ""
        line += item
    out.append(line + "\n};\n")
    out.append(f"const char *const unicode_category_names[] = {{{', '.join(map(quote, CATEGORIES))}}};")
    out.append(f"const char *const unicode_bidi_names[] = {{{', '.join(map(quote, BIDI))}}};")
    out.append(f"const char *const unicode_width_names[] = {{{', '.join(map(quote, WIDTHS))}}};")
    out.append(f"const char *const unicode_decomp_tags[] = {{{', '.join(map(quote, tags))}}};")
    return dict(UNICODE_SHIFT=shift, UNICODE_DECOMP_SHIFT=dshift, UNICODE_PAIRS=len(pairs))


def quote(text):
    return '"' + text + '"'


def alias_names():
    """The (code point or sequence, name) pairs that only lookup() knows."""
    get = ctypes.pythonapi.PyCapsule_GetPointer
    get.restype, get.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    place = get(ud._ucnhash_CAPI, b"unicodedata._ucnhash_CAPI")
    kind = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_uint32, ctypes.c_char_p, ctypes.c_int, ctypes.c_int)
    getname = kind(ctypes.cast(place, ctypes.POINTER(ctypes.c_void_p))[0])
    buf = ctypes.create_string_buffer(512)
    names = []
    for cp in range(0xF0000, 0xF0800):
        if getname(cp, buf, 512, 1):
            name = buf.value.decode()
            names.append((ud.lookup(name), name))
    return names


def found(name, cp):
    try:
        return ud.lookup(name) == chr(cp)
    except KeyError:
        return False


def names(out):
    table, ranges = {}, []
    for cp in ALL:
        name = ud.name(chr(cp), None)
        hidden = name is None and ud.category(chr(cp)) == "Lo"
        if hidden and found(f"TANGUT IDEOGRAPH-{cp:04X}", cp):
            name = f"TANGUT IDEOGRAPH-{cp:04X}"     # lookup() knows it, name() does not
        if name is None or SBASE <= cp < SBASE + 11172:
            continue
        m = re.fullmatch(r"(.*-)([0-9A-F]{4,6})", name)
        if m and m[2] == f"{cp:04X}":
            if ranges and ranges[-1][2] == m[1] and ranges[-1][1] == cp - 1:
                ranges[-1][1] = cp
                assert ranges[-1][3] == hidden
            else:
                ranges.append([cp, cp, m[1], hidden])
        else:
            table[cp] = name
    split = {}
    for cp, name in table.items():
        words = re.findall(r"(?:^| -|[ -])[^ -]+(?:-(?= |$))?", name)
        split[cp] = [w[1:] if w[0] == " " and w[1] != "-" else w for w in words]
        text = "".join(w if i == 0 or w[0] in " -" else " " + w for i, w in enumerate(split[cp]))
        assert text == name, (text, name)

    def encode(code):
        blocks, data = [], []
        previous, last = [], -1
        for cp in sorted(split):
            words = split[cp]
            if cp >> 5 != last:
                last, previous = cp >> 5, []
                blocks.append([last, 0, len(data)])
            blocks[-1][1] |= 1 << (cp & 31)
            shared = 0
            while shared < min(len(words), len(previous), 15) and words[shared] == previous[shared]:
                shared += 1
            fresh = words[shared:]
            data.append(shared << 4 | min(len(fresh), 15))
            if len(fresh) >= 15:
                data.append(len(fresh))
            for w in fresh:
                data.extend(code(w))
            previous = words
        return blocks, data

    used = Counter()
    encode(lambda w: (used.update([w]), [])[1])
    order = [w for w, _ in sorted(used.items(), key=lambda x: (-x[1], x[0]))]
    short = 256 - (len(order) + 255) // 256
    place = {w: i for i, w in enumerate(order)}

    def code(w):
        i = place[w]
        return [i] if i < short else [short + (i - short) // 256, (i - short) % 256]

    blocks, data = encode(code)
    offsets, at = [], 0
    for w in order:
        offsets.append(at)
        at += len(w)
    offsets.append(at)
    out.append('#include "core/base/unicode_tables.h"\n')
    out.append(f"const char unicode_words[{at + 1}] =")
    text = "".join(order)
    out.extend(quote(text[i:i + 110]) for i in range(0, len(text), 110))
    out.append(";\n")
    emit(out, "uint8_t", "unicode_word_lengths", [len(w) for w in order], False)
    emit(out, "uint16_t", "unicode_name_blocks", [b[0] for b in blocks], False)
    emit(out, "uint32_t", "unicode_name_masks", [b[1] for b in blocks], False)
    emit(out, "uint32_t", "unicode_name_offsets", [b[2] for b in blocks], False)
    emit(out, "uint8_t", "unicode_name_data", data, False)
    out.append(f"const UnicodeNameRange unicode_name_ranges[{len(ranges)}] = {{")
    out.extend(f'{{{a}, {b}, {int(h)}, "{p}"}},' for a, b, p, h in ranges)
    out.append("};\n")
    aliases, sequences = [], []
    for text, name in alias_names():
        (aliases if len(text) == 1 else sequences).append((text, name))
    out.append(f"const UnicodeAlias unicode_aliases[{len(aliases)}] = {{")
    out.extend(f'{{{ord(t)}, "{n}"}},' for t, n in sorted(aliases, key=lambda x: x[1]))
    out.append("};\n")
    out.append(f"const UnicodeSequence unicode_sequences[{len(sequences)}] = {{")
    out.extend(f'{{{len(t)}, {{{",".join(str(ord(c)) for c in t)}}}, "{n}"}},'
               for t, n in sorted(sequences, key=lambda x: x[1]))
    out.append("};\n")
    longest = max(max(len(n) for n in table.values()), max(len(n) for _, n in aliases + sequences))
    return dict(UNICODE_WORDS=len(order), UNICODE_WORDS_SHORT=short, UNICODE_NAME_BLOCKS=len(blocks),
                UNICODE_NAME_RANGES=len(ranges), UNICODE_ALIASES=len(aliases),
                UNICODE_SEQUENCES=len(sequences), UNICODE_NAME_MAX=longest,
                UNICODE_NAMED=len(table), UNICODE_SEQUENCE_MAX=max(len(t) for t, _ in sequences))


def main():
    if ud.unidata_version != VERSION:
        sys.exit(f"unicode_tables: needs a Python with Unicode {VERSION}, this has {ud.unidata_version}")
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "core/base")
    head = ["// SPDX-License-Identifier: MIT",
            "// Made by tools/unicode_tables.py from Unicode 16.0.0; not edited by hand.",
            "// Constant data only: no invariant to keep, no locks. Read by unicode.c and unicode_name.c."]
    constants = {}
    for part, file in (properties, "unicode_tables.c"), (names, "unicode_names.c"):
        out = list(head)
        constants.update(part(out))
        (folder / file).write_text("\n".join(out) + "\n")
    lines = list(head)
    lines.append("#ifndef CORE_BASE_UNICODE_CONST_H\n#define CORE_BASE_UNICODE_CONST_H\n")
    lines += [f"#define {k} {v}" for k, v in constants.items()]
    lines.append("")
    lines += [f"#define UNI_{name} 0x{bit:x}u" for name, bit in BIT.items()]
    lines.append("")
    lines.append("enum { " + ", ".join(f"UNI_CAT_{c.upper()}" for c in CATEGORIES) + " };")
    lines.append("\n#endif")
    (folder / "unicode_const.h").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
