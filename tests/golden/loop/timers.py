# SPDX-License-Identifier: MIT
# Timers: order, equality, cancelling many, a sleep that is long enough.
import asyncio
import random
import time

loop = asyncio.new_event_loop()
base = loop.time() + 0.01
out = []
whens = [base + i / 1e6 for i in range(500)]
random.Random(1).shuffle(whens)
handles = [loop.call_at(w, out.append, w) for w in whens]
for h in handles[::2]:
    h.cancel()
a = loop.call_at(base + 1, print)
b = loop.call_at(base + 2, print)
print(a < b, a <= b, a > b, a == b, a != b, a.when() == base + 1)   # expect: True True False False True True
a.cancel()
b.cancel()
loop.call_at(base + 0.02, loop.stop)
loop.run_forever()
print(len(out), out == sorted(out))     # expect: 250 True
t0 = time.monotonic()
loop.run_until_complete(asyncio.sleep(0.03))
print(time.monotonic() - t0 >= 0.029)   # expect: True
loop.close()
for bad in (None, "x"):
    try:
        asyncio.new_event_loop().call_later(bad, print)
    except TypeError:
        print("TypeError")
# expect: TypeError
# expect: TypeError
