# SPDX-License-Identifier: MIT
# What is dropped while another thread runs may be in its hands; once that thread has been joined it is not, and goes without delay.
import threading


class Dropped:
    def __del__(self):
        gone.append(1)


class Box:
    pass


def look():
    box.item
    seen.set()
    for _ in range(10_000_000):
        if enough:
            break


late = 0
for _ in range(50):
    gone, enough, seen, box = [], [], threading.Event(), Box()
    box.item = Dropped()
    t = threading.Thread(target=look)
    t.start()
    seen.wait(10)
    box.item = None
    enough.append(1)
    t.join()
    late += not gone
print("late:", late)
# expect: late: 0
