# SPDX-License-Identifier: MIT
"""Loops on several threads that post into one another: call_soon_threadsafe, run_coroutine_threadsafe, all_tasks of a foreign loop, and futures that
foreign threads read, cancel and end against the contract. Nothing may crash, and what keeps to the contract must come out right."""
import asyncio
import random
import sys
import threading

SEED = int(sys.argv[1]) if len(sys.argv) > 1 else 1
LOOPS = 4
ROUNDS = 60
print("seed", SEED)

loops = [None] * LOOPS
ready = threading.Barrier(LOOPS)
sums = [0] * LOOPS
failed = []


async def work(i):
    await asyncio.sleep(0)
    return i


async def main(k):
    rng = random.Random(SEED * 100 + k)
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: None)
    loops[k] = loop
    ready.wait()
    hits = 0

    def hit():
        nonlocal hits
        hits += 1

    def post():
        loops[k].call_soon_threadsafe(hit)

    total = 0
    for r in range(ROUNDS):
        other = loops[rng.randrange(LOOPS)]
        total += sum(await asyncio.gather(*(work(i) for i in range(10))))
        if other is not loop:
            total += await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work(r), other))
            other.call_soon_threadsafe(post)
            for t in asyncio.all_tasks(other):
                t.get_name(), t.done(), t.cancelling(), repr(t.get_coro())
        else:
            total += await work(r)
            loop.call_soon_threadsafe(post)
    while hits < ROUNDS:
        await asyncio.sleep(0.001)
    sums[k] = total
    while not all(sums):
        await asyncio.sleep(0.001)


def run(k):
    try:
        asyncio.run(main(k))
    except BaseException as e:
        failed.append(repr(e))


threads = [threading.Thread(target=run, args=(k,)) for k in range(LOOPS)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(failed, sums == [ROUNDS * 45 + sum(range(ROUNDS))] * LOOPS)

# Futures that all threads touch at once.
loop = asyncio.new_event_loop()
loop.set_exception_handler(lambda loop, context: None)
box = [loop.create_future() for _ in range(4)]


def touch(k):
    rng = random.Random(SEED * 1000 + k)
    for i in range(3000):
        f = rng.choice(box)
        what = rng.randrange(9)
        try:
            if what == 0:
                f.set_result(i)
            elif what == 1:
                f.set_exception(ValueError(i))
            elif what == 2:
                f.cancel(str(i))
            elif what == 3:
                f.add_done_callback(print)
            elif what == 4:
                f.remove_done_callback(print)
            elif what == 5:
                f.result()
            elif what == 6:
                f._callbacks, f._state, f._exception, f._result, f._cancel_message, f.exception()
            elif what == 7:
                repr(f), f._asyncio_awaited_by, f.get_loop()
            else:
                box[rng.randrange(4)] = loop.create_future()
        except (asyncio.InvalidStateError, asyncio.CancelledError, ValueError):
            pass


threads = [threading.Thread(target=touch, args=(k,)) for k in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
loop._ready.clear()
loop.close()
print("ok")

# expect: seed 1
# expect: [] True
# expect: ok
