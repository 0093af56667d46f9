# SPDX-License-Identifier: MIT
"""Threads that share objects: pools, queues, locks, and the shared dicts and lists between them."""
import concurrent.futures
import gc
import queue
import threading


class Tally:
    def __init__(self):
        self.lock = threading.Lock()
        self.counts = {}
        self.log = []

    def add(self, word):
        with self.lock:
            self.counts[word] = self.counts.get(word, 0) + 1
        self.log.append(word)


def work(tally, first, turns):
    total = 0
    for i in range(first, first + turns):
        tally.add(("w", i % 17))
        total += len([j for j in range(10) if j & i])
        record = {"i": i, "next": None}
        record["next"] = record
    return total


def pump(source, sink):
    while (item := source.get()) is not None:
        sink.put(item * 2)
    sink.put(None)


def main():
    tally = Tally()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(work, tally, i * 500, 500) for i in range(40)]
        sum(j.result() for j in concurrent.futures.as_completed(jobs))
        list(pool.map(lambda x: x * x, range(100)))
    source, sink = queue.Queue(), queue.Queue()
    t = threading.Thread(target=pump, args=(source, sink))
    t.start()
    for i in range(1000):
        source.put(i)
    source.put(None)
    while sink.get() is not None:
        pass
    t.join()
    ready = threading.Event()
    local = threading.local()
    local.x = 1
    waiting = [threading.Thread(target=ready.wait) for _ in range(4)]
    for w in waiting:
        w.start()
    ready.set()
    for w in waiting:
        w.join()
    gc.collect()


main()
