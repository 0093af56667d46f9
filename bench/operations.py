# SPDX-License-Identifier: MIT
"""Times short operations of the language and of built-in types, by processor time; prints {"name": ..., "ns": ...} for each as a line of JSON."""
import json
import sys
import time

# name: (operation, what stands before the loop). Each runs in a function of its own.
OPERATIONS = {
    "'%s is %d' % (a, b)": ("'%s is %d' % (a, b)", "a, b = 'x', 5"),
    "'{} is {}'.format(a, b)": ("'{} is {}'.format(a, b)", "a, b = 'x', 5"),
    "f-string": ("f'{a} is {b}'", "a, b = 'x', 5"),
    "f'{x:.2f} {i:5d}'": ("f'{x:.2f} {i:5d}'", "x, i = 3.14159, 42"),
    "'{:>10} {:.2f}'.format": ("'{:>10} {:.2f}'.format(s, x)", "s, x = 'abc', 3.14159"),
    "'%.2f %5d' % (x, i)": ("'%.2f %5d' % (x, i)", "x, i = 3.14159, 42"),
    "round(x, 2)": ("round(x, 2)", "x = 3.14159"),
    "str.join": ("', '.join(xs)", "xs = ['abc', 'def', 'ghi']"),
    "bytes.join": ("b', '.join(xs)", "xs = [b'abc', b'def', b'ghi']"),
    "str.split()": ("s.split()", "s = 'a bc def ghij'"),
    "str.split(',')": ("s.split(',')", "s = 'a,bc,def,ghij'"),
    "str.replace": ("s.replace('b', 'xx')", "s = 'abcabcabc'"),
    "str.strip": ("s.strip()", "s = '  abc '"),
    "str.startswith": ("s.startswith('ab')", "s = 'abcabc'"),
    "str.find": ("s.find('ca')", "s = 'abcabc'"),
    "str.lower": ("s.lower()", "s = 'ABCabc'"),
    "str slice": ("s[1:3]", "s = 'abcdef'"),
    "str(int)": ("str(i)", "i = 12345"),
    "int(str)": ("int(s)", "s = '12345'"),
    "unpack a list": ("a, b, c = xs", "xs = [1, 2, 3]"),
    "list slice": ("xs[1:3]", "xs = [1, 2, 3, 4]"),
    "list.append": ("xs.append(1)", "xs = []"),
    "sorted": ("sorted(xs)", "xs = [3, 1, 2, 5, 4]"),
    "sorted by key": ("sorted(xs, key=lambda x: -x)", "xs = [3, 1, 2, 5, 4]"),
    "sorted tuples of 100": ("sorted(xs)", "xs = [(i * 7 % 10, i * 37 % 101 / 8) for i in range(100)]"),
    "map with a lambda": ("list(map(f, xs))", "xs, f = [1, 2, 3, 4, 5], lambda x: x"),
    "max by key": ("max(xs, key=f)", "xs, f = [3, 1, 2, 5, 4], lambda x: -x"),
    "min of three": ("min(a, b, c)", "a, b, c = 3, 1, 2"),
    "dict.get": ("d.get(k)", "d, k = {'a': 1}, 'a'"),
    "dict.items loop of 4": ("for k, v in d.items(): pass", "d = {1: 2, 3: 4, 5: 6, 7: 8}"),
    "dict.items loop of 50": ("for k, v in d.items(): pass", "d = {i: i for i in range(50)}"),
    "enumerate loop of 50": ("for i, x in enumerate(xs): pass", "xs = [1] * 50"),
    "zip loop of 50": ("for a, b in zip(xs, xs): pass", "xs = [1] * 50"),
    "set & set": ("a & b", "a, b = {1, 2, 3, 4}, {3, 4, 5}"),
    "set | set of 100": ("a | b", "a, b = set(map(str, range(100))), set(map(str, range(50, 150)))"),
    "tuple as a key": ("d[1, i]", "d, i = {(1, 2): 3}, 2"),
    "tuple in a set": ("(1, i) in s", "s, i = {(1, 2), (3, 4)}, 2"),
    "list comprehension of 10": ("[i + 1 for i in r]", "r = range(10)"),
    "dict comprehension of 10": ("{i: i for i in r}", "r = range(10)"),
    "sum of a generator of 10": ("sum(i for i in r)", "r = range(10)"),
    "list of a generator of 10": ("list(x for x in r)", "r = range(10)"),
    "raise and catch": ("try:\n    raise ValueError\nexcept ValueError:\n    pass", "pass"),
    "with": ("with c: pass",
             "class C:\n    def __enter__(self): return self\n    def __exit__(self, a, b, t): return None\nc = C()"),
    "call with keywords": ("g(a=1, b=2)", "def g(a, b): return a"),
    "call with *args": ("g(*t)", "def g(a, b): return a\nt = (1, 2)"),
    "closure": ("g()", "x = 1\ndef g(): return x"),
    "super().m()": ("o.m()", "class A:\n    def m(self): return 1\nclass B(A):\n    def m(self): return super().m()\no = B()"),
    "isinstance": ("isinstance(a, (int, str))", "a = 'x'"),
    "class statement": ("class X: pass", "pass"),
    "namedtuple": ("P(1, 2)", "from collections import namedtuple\nP = namedtuple('P', 'a b')"),
    "dataclass": ("P(1, 2)", "from dataclasses import dataclass\n@dataclass\nclass P:\n    a: int\n    b: int"),
    "C(1, 2) with __init__": ("C(1, 2)", "class C:\n    def __init__(self, a, b):\n        self.a = a\n        self.b = b"),
    "a + b with __add__": ("a + b", "class C:\n    def __init__(self, a): self.a = a\n    def __add__(self, o): return C(self.a + o.a)\na, b = C(1), C(1)"),
    "o.__class__": ("o.__class__", "class C: pass\no = C()"),
    "type(o)": ("type(o)", "class C: pass\no = C()"),
    "C()": ("C()", "class C: pass"),
    "C.constant == x": ("C.A == x", "class C: A = 1\nx = 1"),
    "class method": ("C.m(1)", "class C:\n    @classmethod\n    def m(cls, a): return a"),
    "wrapped function": ("f(1)", "import functools\ndef g(a): return a\n@functools.wraps(g)\ndef f(a): return a"),
    "match class": ("match o:\n    case C(a=1, b=y): pass", "class C: pass\no = C()\no.a, o.b = 1, 2"),
    "match dict": ("match d:\n    case {'t': 'a', 'v': v}: pass", "d = {'t': 'a', 'v': 1}"),
    "property": ("o.p", "class C:\n    @property\n    def p(self): return 1\no = C()"),
    "__getattr__": ("o.p", "class C:\n    def __getattr__(self, name): return 1\no = C()"),
    "namedtuple._replace": ("p._replace(a=3)", "from collections import namedtuple\nP = namedtuple('P', 'a b')\np = P(1, 2)"),
    "Counter of 11": ("Counter(s)", "from collections import Counter\ns = 'hello world'"),
    "print to StringIO": ("print('abc', 1, file=f)\nf.seek(0)", "import io\nf = io.StringIO()"),
    "lines of a file": ("f.seek(0)\nfor line in f: pass",
                        "import tempfile\nf = tempfile.TemporaryFile('w+')\nf.write('hello world\\n' * 100)\nf.flush()"),
    "random.randint": ("random.randint(1, 10)", "import random"),
    "copy.copy": ("copy.copy(xs)", "import copy\nxs = [1, 2]"),
    "json.dumps": ("json.dumps(d)", "import json\nd = {'a': [1, 2, {'b': None}], 'c': 'x'}"),
    "json.loads": ("json.loads(s)", "import json\ns = '{\"a\": [1, 2, {\"b\": null}], \"c\": \"x\"}'"),
    "re match": ("p.match(s)", "import re\np, s = re.compile(r'(\\w+) (\\d+)'), 'hello 123'"),
    "lru_cache hit": ("g(1)", "import functools\n@functools.lru_cache\ndef g(a): return a"),
}
ROUNDS, SECONDS = 4, 0.02       # of an operation, the shortest round counts; a round takes about so long


def indented(text, by):
    return "".join(by + line + "\n" for line in text.split("\n"))


def time_of(operation, before):
    names = {}
    exec("def f(n):\n%s    for _ in range(n):\n%s" % (indented(before, "    "), indented(operation, "        ")), names)
    f, n, spent = names["f"], 100, 0.0
    while spent < SECONDS:
        n *= 2 if spent > SECONDS / 4 else 4
        start = time.process_time()
        f(n)
        spent = time.process_time() - start
    best = spent
    for _ in range(ROUNDS - 1):
        start = time.process_time()
        f(n)
        best = min(best, time.process_time() - start)
    return best / n * 1e9


for name, (operation, before) in OPERATIONS.items():
    if len(sys.argv) < 2 or name in sys.argv[1:]:
        print(json.dumps({"name": name, "ns": time_of(operation, before)}), flush=True)
