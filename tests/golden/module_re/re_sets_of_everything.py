# SPDX-License-Identifier: MIT
"""Which characters sets of every kind of item have, with and without case and ASCII, alone and where they begin alternatives or end runs."""
import hashlib
import re

items = ["a", "b-f", "\\d", "\\W", "\\s", "^x", "^\\w", "\u0130", "\u212a-\u2130", "\u017f", "\xb5", "\xe0-\xfe", "A-Z_", "\u1234", "\x80-\u0100", "K", "\\D\\d",
         "^\\D\\d", "^a-m\\S", "i", "\xdf", "!-~", "0-9a-fA-F", "\u0101\u0203\u0305\u0407\u0509\xe9\xf1ab", "^\u0101\u0203\u0305\u0407\u0509\xe9\xf1ab"]
chars = [chr(i) for i in range(0x500)] + ["\u1234", "\u212a", "\u2126", "\U0001F600"]
digest = hashlib.sha256()
for x in items:
    for flags in 0, re.I, re.A, re.I | re.A:
        p, q = re.compile(f"[{x}]", flags), re.compile(f"[{x}]+?z|(?:[{x}]|bc)*q", flags)
        has = "".join(c for c in chars if p.match(c))
        runs = [bool(q.match(c + c + "z")) for c in chars[:300]] + [bool(q.search("--" + c + "bcq")) for c in chars[:300]]
        digest.update(repr((x, flags, has, runs)).encode())
        if flags == 0 and len(has) < 12:
            print(ascii(x), ascii(has))
print(digest.hexdigest())
# expect: 'a' 'a'
# expect: 'b-f' 'bcdef'
# expect: '\\d' '0123456789'
# expect: '\u0130' '\u0130'
# expect: '\u212a-\u2130' '\u212a'
# expect: '\u017f' '\u017f'
# expect: '\xb5' '\xb5'
# expect: '\u1234' '\u1234'
# expect: 'K' 'K'
# expect: '^\\D\\d' ''
# expect: 'i' 'i'
# expect: '\xdf' '\xdf'
# expect: '\u0101\u0203\u0305\u0407\u0509\xe9\xf1ab' 'ab\xe9\xf1\u0101\u0203\u0305\u0407'
# expect: d8040090de295af80ba590f4edaba0230f2998a8ebcad467095b923864d07c32
