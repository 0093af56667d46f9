# Annotations kept as text: braces in f-strings, infinite numbers.
from __future__ import annotations

def f(a: f"{ {x for x in y} } {x}", b: 1e1000, c: -1e1000j, d: f"{x!r:>{w}}", e: (lambda: f'{ {1: 2}[1] }')): pass

for k, v in f.__annotations__.items():
    print(k, v)
# expect: a f'{ {x for x in y}} {x}'
# expect: b 1e309
# expect: c -1e309j
# expect: d f'{x!r:>{w}}'
# expect: e lambda: f'{ {1: 2}[1]}'
