# SPDX-License-Identifier: MIT
# Signals reach a loop that waits for ever: Python handlers, add_signal_handler, and Ctrl-C through asyncio.run.
import asyncio
import os
import signal
import threading
import time


def later(sig):
    threading.Timer(0.1, os.kill, (os.getpid(), sig)).start()


async def by_loop():
    got = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, got.set)
    later(signal.SIGUSR1)
    await asyncio.wait_for(got.wait(), 10)
    asyncio.get_running_loop().remove_signal_handler(signal.SIGUSR1)
    print("add_signal_handler")         # expect: add_signal_handler


asyncio.run(by_loop())


async def for_ever():
    later(signal.SIGINT)
    try:
        await asyncio.get_running_loop().create_future()
    except asyncio.CancelledError:
        print("cancelled")              # expect: cancelled
        raise


try:
    asyncio.run(for_ever())
except KeyboardInterrupt:
    print("KeyboardInterrupt")          # expect: KeyboardInterrupt


class Mine(Exception):
    pass


def handler(sig, frame):
    raise Mine


signal.signal(signal.SIGUSR2, handler)
loop = asyncio.new_event_loop()
later(signal.SIGUSR2)
t0 = time.monotonic()
try:
    loop.run_forever()
except Mine:
    print("Mine", time.monotonic() - t0 < 5)    # expect: Mine True
loop.close()
