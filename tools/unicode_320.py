# SPDX-License-Identifier: MIT
"""Writes stdlib/unicodedata_320.c: where Unicode 3.2.0 differs from what core/base/unicode.h tells. Run it with a CPython 3.14, whose
unicodedata knows both: python3.14 tools/unicode_320.py > stdlib/unicodedata_320.c"""
import unicodedata as new

old = new.ucd_3_2_0


def record(m, c):
    return (m.category(c), m.bidirectional(c), m.mirrored(c), m.east_asian_width(c), m.decimal(c, -1), m.numeric(c, -1))


def is_assigned(i):
    return old.category(chr(i)) != "Cn"


ranges, start = [], None
for i in range(0x110001):
    here = i < 0x110000 and is_assigned(i)
    if here and start is None:
        start = i
    if not here and start is not None:
        ranges.append((start, i - 1))
        start = None

print("// SPDX-License-Identifier: MIT")
print("// Made by tools/unicode_320.py: Unicode 3.2.0 as differences from the current database. Constant.")
print('#include "stdlib/unicodedata_320.h"\n')
print("const Ucd320Range ucd320_assigned[] = {")
line = "   "
for a, b in ranges:
    item = " {0x%X, 0x%X}," % (a, b)
    if len(line) + len(item) > 130:
        print(line)
        line = "   "
    line += item
print(line)
print("};")
print("const size_t ucd320_assigned_count = sizeof ucd320_assigned / sizeof *ucd320_assigned;\n")
print("const Ucd320Change ucd320_changes[] = {")
for i in range(0x110000):
    if is_assigned(i):
        a, b = record(new, chr(i)), record(old, chr(i))
        if a != b:
            print('    {0x%X, "%s", "%s", "%s", %d, %d, %r},' % (i, b[0], b[1], b[3], b[2], b[4], float(b[5])))
print("};")
print("const size_t ucd320_changes_count = sizeof ucd320_changes / sizeof *ucd320_changes;\n")
print("const uint32_t ucd320_decompositions[][2] = {")
for i in range(0x110000):
    if is_assigned(i) and new.normalize("NFD", chr(i)) != old.normalize("NFD", chr(i)):
        print("    {0x%X, 0x%X}," % (i, ord(old.normalize("NFD", chr(i)))))
print("};")
print("const size_t ucd320_decompositions_count = sizeof ucd320_decompositions / sizeof *ucd320_decompositions;")
