# SPDX-License-Identifier: MIT
# skip-cpython: it crashes
from pyexpat import ParserCreate


def again(*args):
    for call in (lambda: p.Parse(b"<b/>", True), lambda: p.ParseFile(None)):
        try:
            call()
        except (RuntimeError, TypeError) as e:
            print(e)


p = ParserCreate()
p.StartElementHandler = again
print(p.Parse(b"<a/>", True))
# expect: the parser is parsing already
# expect: argument must have 'read' attribute
# expect: 1
