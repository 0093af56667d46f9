# SPDX-License-Identifier: MIT
"""queue.Queue and SimpleQueue: every item arrives exactly once."""
import queue
import threading
from _hammer import note

q, s = queue.Queue(8), queue.SimpleQueue()
N = 800
got = [[], [], [], []]


def produce(k):
    for i in range(N):
        q.put((k, i))
        s.put((k, i))


def consume(k, source):
    while True:
        x = source.get(timeout=30)
        if x is None:
            return
        got[k].append(x)


producers = [threading.Thread(target=produce, args=(k,)) for k in range(2)]
consumers = [threading.Thread(target=consume, args=(k, q if k < 2 else s)) for k in range(4)]
for t in producers + consumers:
    t.start()
for t in producers:
    t.join()
for _ in range(2):
    q.put(None)
    s.put(None)
for t in consumers:
    t.join()
everything = [(k, i) for k in range(2) for i in range(N)]
print("ok", sorted(got[0] + got[1]) == everything, sorted(got[2] + got[3]) == everything)

# expect: ok True True
