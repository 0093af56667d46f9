# SPDX-License-Identifier: MIT
# Each line: pattern, text, groups found.
import re
def show(p, t, f=0):
    m = re.search(p, t, f)
    print(m and (m.span(), *m.groups()))
show(r"(?>a+)ab", "aaab")             # expect: None
show(r"a++b", "aaab")                 # expect: ((0, 4),)
show(r"(?:(a)|b)*+", "abab")          # expect: ((0, 4), 'a')
show(r"(?<=ab)c", "abc")              # expect: ((2, 3),)
show(r"(?<!a)b", "ab b")              # expect: ((3, 4),)
show(r"(a)?(?(1)b|c)", "c ab")        # expect: ((0, 1), None)
show(r"(\w)\1", "abccd")              # expect: ((2, 4), 'c')
show(r"(?i:stra\u00dfe)", "STRA\u1e9eE")  # expect: ((0, 6),)
show(r"k", "\u212a", re.I)            # expect: ((0, 1),)
show(r"^b$", "a\nb\n", re.M)          # expect: ((2, 3),)
show(r"\bfoo\b", "a foo.")            # expect: ((2, 5),)
show(r"\B", "")                       # expect: ((0, 0),)
show(r"[^\W\d_]+", "12_\u00e9t\u00e9")  # expect: ((3, 6),)
show(r"(?:(?=(a))a)+b", "aab")        # expect: ((0, 3), 'a')
show(r"(a|ab)(c|bcd)(d*)", "abcd")    # expect: ((0, 4), 'a', 'bcd', '')
show(r"\d{2,3}?", "12345")            # expect: ((0, 2),)
show(r"[\U00010400-\U00010410]", "\U00010428", re.I)  # expect: ((0, 1),)
print(re.fullmatch("a|ab", "ab"), re.compile("b").match("abc", 1, 2))  # expect: <re.Match object; span=(0, 2), match='ab'> <re.Match object; span=(1, 2), match='b'>
print(len(re.match("(?:a|b)*", "ab" * 100000).group()))  # expect: 200000
