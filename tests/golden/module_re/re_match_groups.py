# SPDX-License-Identifier: MIT
import re
m = re.match("(?P<a>x)(y)?", "xz")
print(m)                                            # expect: <re.Match object; span=(0, 1), match='x'>
print(m.group(), m.group(0, 1, "a"), m["a"], m[2])  # expect: x ('x', 'x', 'x') x None
print(m.groups(), m.groups(7), m.groupdict())       # expect: ('x', None) ('x', 7) {'a': 'x'}
print(m.span("a"), m.start(2), m.end(), m.regs)     # expect: (0, 1) -1 1 ((0, 1), (0, 1), (-1, -1))
print(m.lastindex, m.lastgroup, m.pos, m.endpos)    # expect: 1 a 0 2
print(m.expand(r"\g<a>-\2-\1"))                     # expect: x--x
for key in (3, -1, "b", 1.5, 10 ** 30):
    try:
        m.group(key)
    except IndexError as e:
        print(e)
# expect: no such group
# expect: no such group
# expect: no such group
# expect: no such group
# expect: no such group
try:
    m.group(group=1)
except TypeError as e:
    print(e)                                        # expect: Match.group() takes no keyword arguments
