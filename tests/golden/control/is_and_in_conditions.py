# SPDX-License-Identifier: MIT
"""`is`, `in` and their opposites as conditions: of if, while, and, or, not, comprehensions, with operands that are variables, constants or nothing else's."""
import sys

S, T = object(), object()

def kinds(x, box):
    r = ""
    if x is S: r += "a"
    if x is not S: r += "b"
    if not x is S: r += "c"
    if not x is not S: r += "d"
    if x in box: r += "e"
    if x not in box: r += "f"
    if not x in box: r += "g"
    if not x not in box: r += "h"
    if x is S and x in box: r += "i"
    if x is S or x in box: r += "j"
    if x is not S and x not in box or x is T: r += "k"
    if (x is S) == (x in box): r += "l"
    return r

for x in S, T:
    print(*[kinds(x, box) for box in ([S], (T,), {S, T}, {T: 1}, frozenset(), iter([S, T]))])
# expect: adehijl adfgj adehijl adfgj adfgj adefgj
# expect: bcfgkl bcehjk bcehjk bcehjk bcfgkl bcefgkl

def loops(n):
    seen, i, out = set(), 0, []
    while i not in seen:        # the test at the end jumps back
        seen.add(i)
        i = (i + 3) % n
    out.append(len(seen))
    while i in seen and len(seen) > 2:
        seen.discard(i)
        i = (i + 1) % n
    out.append(len(seen))
    x = None
    first = x
    while x is first:
        x = S
    while x is not T:
        x = T
    while str(i) + "!" not in {"4!", "9!"}:
        i += 1
    out.append(i)
    return out, [k for k in range(6) if k in (1, 4)], [k for k in "abc" if k not in "b"], [k for k in (S, T) if k is T] == [T]
print(loops(10))
# expect: ([10, 2, 9], [1, 4], ['a', 'c'], True)

class Box:
    def __init__(self, answer):
        self.answer = answer
    def __contains__(self, x):
        if self.answer is KeyError:
            raise KeyError(x)
        return self.answer

def ask(answer):
    try:
        if 5 in Box(answer):
            return "in"
        return "not in"
    except KeyError as e:
        return "raised", e.args, sys.exc_info()[2].tb_lineno - ask.__code__.co_firstlineno
print(ask(True), ask([]), ask("x"), ask(KeyError))
# expect: in not in in ('raised', (5,), 2)

class Dropped:
    def __del__(self):
        print("dropped", sys._getframe(1).f_lineno - drop.__code__.co_firstlineno)

def drop():
    if Dropped() is None:
        print("never")
    if Dropped() is S:
        print("never")

    if Dropped() not in [1]:
        print("not in it")
drop()
# expect: dropped 1
# expect: dropped 3
# expect: dropped 6
# expect: not in it

# Far jumps.
source = "def far(x):\n    if x is S or x in (1, 2):\n" + "        y = [x, x, x]\n" * 9000 + "        return 1\n    return 2\n"
space = {"S": S}
exec(source, space)
print(space["far"](S), space["far"](1), space["far"](3))
# expect: 1 1 2
