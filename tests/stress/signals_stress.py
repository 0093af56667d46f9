# SPDX-License-Identifier: MIT
"""Signals arrive while threads work; handlers run in the main thread only."""
import os
import signal
import threading
import time

seen, wrong = [], []


def handler(number, frame):
    (seen if threading.current_thread() is threading.main_thread() else wrong).append(number)


signal.signal(signal.SIGUSR1, handler)
stop = False


def busy():
    d = {}
    while not stop:
        for i in range(100):
            d[i] = [i]


def sender():
    for _ in range(20):
        os.kill(os.getpid(), signal.SIGUSR1)
        time.sleep(0.002)


ts = [threading.Thread(target=busy), threading.Thread(target=sender)]
for t in ts:
    t.start()
end = time.monotonic() + 20
while ts[1].is_alive() and time.monotonic() < end:
    sum(range(100))
stop = True
for t in ts:
    t.join()
print("ok", len(seen) > 0, wrong)

# expect: ok True []
