# SPDX-License-Identifier: MIT
"""Collections asked for without pause must not starve threads that want to attach."""
import gc
import threading
import time

stop = False
progress = [0, 0]


def sleeper(k):
    while not stop:
        time.sleep(0.0005)
        progress[k] += 1


def collector():
    while not stop:
        gc.collect()


ts = [threading.Thread(target=sleeper, args=(0,)), threading.Thread(target=sleeper, args=(1,)),
      threading.Thread(target=collector)]
for t in ts:
    t.start()
end = time.monotonic() + 20
while min(progress) < 20 and time.monotonic() < end:
    time.sleep(0.01)
stop = True
for t in ts:
    t.join()
print("ok", min(progress) >= 20)

# expect: ok True
