# SPDX-License-Identifier: MIT
import re, _sre
print(re.compile("a"))                              # expect: re.compile('a')
print(re.compile("a\"'", re.I | re.M))              # expect: re.compile('a"\'', re.IGNORECASE|re.MULTILINE)
print(re.compile(b"a", re.A | re.S | re.X))         # expect: re.compile(b'a', re.DOTALL|re.VERBOSE|re.ASCII)
print(len(repr(re.compile("a" * 300))))             # expect: 212
print(_sre.compile("a", 1 | 1024, [1], 0, {}, (None,)))  # expect: re.compile('a', 0x401)
print(re.compile("(?P<n>a)").groupindex)            # expect: {'n': 1}
print(re.compile("a") == re.compile("a"), re.compile("a") == re.compile("a", re.S))  # expect: True False
print(hash(re.compile("(a)")) == hash(re.compile("(a)")))  # expect: True
print(re.Pattern[str], re.Match[bytes])             # expect: re.Pattern[str] re.Match[bytes]
