# SPDX-License-Identifier: MIT
"""Every code point and every code of the East Asian encodings: a sum over all of them."""
# timeout: 120
import zlib

ENCODINGS = """big5 big5hkscs cp932 cp949 cp950 euc_jp euc_jis_2004 euc_jisx0213 euc_kr gb2312 gbk gb18030 hz iso2022_jp iso2022_jp_1
iso2022_jp_2 iso2022_jp_2004 iso2022_jp_3 iso2022_jp_ext iso2022_kr johab shift_jis shift_jis_2004 shift_jisx0213""".split()
POINTS = [c for c in range(0x30000) if not 0xD800 <= c < 0xE000]


def encoded(name):
    """The bytes of all characters, each followed by a line end, or that alone."""
    text = "\n".join(map(chr, POINTS))
    return text.encode(name, "ignore")


def decoded(name):
    """What follows from all pairs of bytes, and for EUC from all behind SS3; where nothing does, the replacement."""
    parts = []
    for lead in range(0x80, 0x100):
        row = b"\n".join(bytes((lead, trail)) for trail in range(0x100))
        parts.append(row.decode(name, "replace"))
        if name.startswith("euc_j"):
            row = b"\n".join(bytes((0x8F, lead, trail)) for trail in range(0x100))
            parts.append(row.decode(name, "replace"))
    return "".join(parts)


for name in ENCODINGS:
    one, two = encoded(name), decoded(name)
    print(name, len(one), zlib.crc32(one), len(two), zlib.crc32(two.encode("utf-8")))
# expect: big5 222099 216131118 84466 3726801089
# expect: big5hkscs 231459 728662559 79778 63452841
# expect: cp932 213179 486316851 88572 1849052364
# expect: cp949 228783 902321108 81128 2247731676
# expect: cp950 222189 482223035 84424 3290385877
# expect: euc_jp 226771 1497162685 208858 1304745740
# expect: euc_jis_2004 229139 3958955435 202882 220331628
# expect: euc_jisx0213 229119 2721084868 202882 2633416556
# expect: euc_kr 281715 398180633 89951 2494188158
# expect: gb2312 209577 1060357221 90731 430480481
# expect: gbk 238269 1500264503 76385 2737754245
# expect: gb18030 924535 4269902812 74236 2663516822
# expect: hz 239358 4250603587 97920 3723684550
# expect: iso2022_jp 249733 1944417169 98176 3634793040
# expect: iso2022_jp_1 304327 1070825605 98176 3634793040
# expect: iso2022_jp_2 355204 2233686252 98176 3634793040
# expect: iso2022_jp_2004 288671 775347482 98176 3634793040
# expect: iso2022_jp_3 288581 923888771 98176 3634793040
# expect: iso2022_jp_ext 304768 1038422102 98176 3634793040
# expect: iso2022_kr 227595 2864322342 97920 3846559166
# expect: johab 228783 2517874085 81111 2587506487
# expect: shift_jis 208510 3573230818 91297 351464469
# expect: shift_jis_2004 217166 1554933712 86968 3791333029
# expect: shift_jisx0213 217146 2240194420 86968 3297724730
