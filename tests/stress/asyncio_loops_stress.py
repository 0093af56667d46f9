# SPDX-License-Identifier: MIT
"""An asyncio loop in each of several threads, posting into each other."""
import asyncio
import threading

N = 3
results = []
lock = threading.Lock()


async def main(k):
    async def leaf(i):
        await asyncio.sleep(0)
        return i
    total = 0
    for i in range(30):
        total += sum(await asyncio.gather(*(leaf(j) for j in range(5))))
    with lock:
        results.append(total)


ts = [threading.Thread(target=lambda k=k: asyncio.run(main(k))) for k in range(N)]
for t in ts:
    t.start()
for t in ts:
    t.join()
print("ok", results == [300] * N)

# expect: ok True
