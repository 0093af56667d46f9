# SPDX-License-Identifier: MIT
"""Signals that arrive just when a loop begins to run, and at any time later, end it."""
import asyncio
import os
import random
import signal
import threading
import time
from _hammer import LIMIT, SEED, note


def handler(number, frame):
    loop.stop()


def watch():
    """Wakes a loop that sleeps through its signal."""
    while not done.wait(1):
        if time.monotonic() - begun > 5:
            late.append(1)
            loop.call_soon_threadsafe(loop.stop)


def ring(seconds):
    time.sleep(seconds)
    os.kill(os.getpid(), signal.SIGUSR1)


note("seed %d" % SEED)
rng, late, done = random.Random(SEED), [], threading.Event()
begun = time.monotonic()
loop = asyncio.new_event_loop()
watcher = threading.Thread(target=watch, daemon=True)
watcher.start()
signal.signal(signal.SIGALRM, handler)
signal.signal(signal.SIGUSR1, handler)
end, rounds = begun + LIMIT, 0
while time.monotonic() < end and not late:
    begun = time.monotonic()
    rounds += 1
    if rounds % 8:
        signal.setitimer(signal.ITIMER_REAL, rng.choice((0.00002, 0.0001, 0.0005)) * rng.random() + 1e-6)
        loop.run_forever()
    else:
        t = threading.Thread(target=ring, args=(rng.random() * 0.0005,))
        t.start()
        loop.run_forever()
        t.join()
done.set()
watcher.join()
loop.close()
print("late:", len(late))

# expect: late: 0
