import re
print(re.findall("a.c", "A\nC abc", re.I | re.S), re.findall("^x", "x\nx", re.M), re.findall(r"""
   \d +  # digits
""", "12 3", re.X), re.findall(r"(?i:A)b", "ab AB"), re.findall(r"[^a-c\d]", "abz1"), re.findall(r"[\w-]+", "a-b c"))
print(re.findall(r"\w+", "héllo wörld"), re.findall(r"\w+", "héllo", re.A), re.findall(rb"\w", b"a\xe9"), re.findall(r"\s", "\u2003 \t"), re.compile("x", re.I | re.M))

# expect: ['A\nC', 'abc'] ['x', 'x'] ['12', '3'] ['ab'] ['z'] ['a-b', 'c']
# expect: ['héllo', 'wörld'] ['h', 'llo'] [b'a'] ['\u2003', ' ', '\t'] re.compile('x', re.IGNORECASE|re.MULTILINE)
