# SPDX-License-Identifier: MIT
# call_soon_threadsafe wakes a loop that waits; run_coroutine_threadsafe returns results; a closed loop refuses.
import asyncio
import threading
import time

loop = asyncio.new_event_loop()
t = threading.Thread(target=loop.run_forever)
t.start()
out, ready = [], threading.Event()
t0 = time.monotonic()
loop.call_soon_threadsafe(ready.set)
print(ready.wait(5), time.monotonic() - t0 < 2)         # expect: True True


async def add(a, b):
    await asyncio.sleep(0.001)
    return a + b

print([asyncio.run_coroutine_threadsafe(add(i, 1), loop).result(5) for i in range(5)])   # expect: [1, 2, 3, 4, 5]
finished = threading.Barrier(5)


def post(k):
    for i in range(1000):
        loop.call_soon_threadsafe(out.append, (k, i))
    finished.wait(30)


threads = [threading.Thread(target=post, args=(k,)) for k in range(4)]
for th in threads:
    th.start()
finished.wait(30)
for th in threads:
    th.join()
loop.call_soon_threadsafe(loop.stop)
t.join()
print(len(out), all([i for k, i in out if k == j] == list(range(1000)) for j in range(4)))   # expect: 4000 True
loop.close()
try:
    loop.call_soon_threadsafe(print)
except RuntimeError as e:
    print(e)                                            # expect: Event loop is closed
