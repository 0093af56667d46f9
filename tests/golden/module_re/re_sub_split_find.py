# SPDX-License-Identifier: MIT
import re
print(re.sub("x*", "-", "axb"))                     # expect: -a--b-
print(re.compile("x*").subn("-", "axb", 1))         # expect: ('-axb', 1)
print(re.sub("(a)|b", r"[\1]", "cabc"))             # expect: c[a][]c
print(re.sub("a", lambda m: None, "aba"))           # expect: b
print(re.sub("a", "\u0100", "cac") == "c\u0100c")   # expect: True
print(re.split("(x)|(y)", "axbyc"))                 # expect: ['a', 'x', None, 'b', None, 'y', 'c']
print(re.split("x*", "axbc", maxsplit=2))           # expect: ['', 'a', 'bc']
print(re.findall("a|(b)", "abc"), re.findall("(a)(b)?", "aab"))  # expect: ['', 'b'] [('a', ''), ('a', 'b')]
print([m.span() for m in re.finditer("x*", "axb")]) # expect: [(0, 0), (1, 2), (2, 2), (3, 3)]
print(re.sub(b"a", b"b", memoryview(b"xax")), re.split(b"a", bytearray(b"xax")))  # expect: b'xbx' [b'x', b'x']
s = "aaa"
print(re.sub("x", "y", s) is s, type(re.sub("x", "y", type("S", (str,), {})("a"))))  # expect: True <class 'str'>
sc = re.compile("a|b").scanner("abxb")
print([sc.match() and 1, sc.match() and 2, sc.match(), sc.match(), sc.pattern])  # expect: [1, 2, None, None, re.compile('a|b')]
