# SPDX-License-Identifier: MIT
# skip-cpython: the child of a fork may wait for ever for what another thread held
# timeout: 300
"""Short-lived threads share, pass on and drop objects with finalizers and weak references, some in cycles, some while the process forks: each object
is finalized once, each callback runs once, in the process that dropped it; nothing is left when the threads are."""
import gc
import os
import queue
import random
import signal
import sys
import threading
import time
import warnings
import weakref

warnings.simplefilter("ignore")
SEED = int(os.environ.get("STRESS_SEED", "0")) or random.randrange(1 << 30)
TURNS = int(os.environ.get("STRESS_TURNS", "400"))
LIMIT = time.monotonic() + float(os.environ.get("STRESS_SECONDS", "10"))
print("seed", SEED, file=sys.stderr)


class Counter:
    """Counts from any thread, __del__ included: appending is atomic and takes no lock."""
    def __init__(self):
        self.events = []

    def add(self):
        self.events.append(None)

    def get(self):
        return len(self.events)


made, finalized, called, wanted = Counter(), Counter(), Counter(), Counter()
twice = []


class Thing:
    def __init__(self):
        made.add()
        self.dead = False
        self.next = None

    def __del__(self):
        if self.dead:
            twice.append("finalized twice")
        self.dead = True
        finalized.add()

    def use(self):
        return self.dead


class Slotted:
    __slots__ = ("value", "__weakref__")

    def __init__(self, value):
        self.value = value


class Maker(threading.Thread):
    """Its object is used by itself only, but belongs to the thread that made it."""
    def __init__(self, turns, box):
        super().__init__()
        self.turns, self.box = turns, box
        self.mine = Thing()

    def run(self):
        for _ in range(self.turns):
            self.step()
        del self.box

    def step(self):
        self.mine.use()
        self.box.append(self.mine)
        if len(self.box) > 3:
            self.box.clear()


refs = []                       # keeps weak references with callbacks alive


def watch(x):
    def gone(r, called=called):
        called.add()
    wanted.add()
    refs.append(weakref.ref(x, gone))


shared_dict, shared_list, shared_queue = {}, [], queue.SimpleQueue()


class Holder:
    pass


shared_object = Holder()


def drop_all(rng, turns):
    for i in range(turns):
        what = rng.randrange(12)
        x = Thing()
        if what & 1:
            watch(x)
        if what == 0:
            shared_dict[rng.randrange(8)] = x
        elif what == 1:
            shared_dict.pop(rng.randrange(8), None)
        elif what == 2:
            shared_list.append(x)
        elif what == 3:
            try:
                shared_list.pop()
            except IndexError:
                pass
        elif what == 4:
            setattr(shared_object, "a%d" % rng.randrange(6), x)
        elif what == 5:
            try:
                delattr(shared_object, "a%d" % rng.randrange(6))
            except AttributeError:
                pass
        elif what == 6:
            shared_queue.put(x)
        elif what == 7:
            try:
                shared_queue.get_nowait()
            except queue.Empty:
                pass
        elif what == 8:
            x.next = x                          # for the collector
        elif what == 9:
            x.next = Thing()
            x.next.next = x.next                # partly
        elif what == 10:
            shared_dict[rng.randrange(8)] = [Slotted(x), x]
        else:
            for y in list(shared_list[:3]):     # taken while others take it out
                y.use()
            r = refs[rng.randrange(len(refs))] if refs else None
            y = r and r()
            if y is not None:
                y.use()
        del x


def one(rng):
    threads = []
    for _ in range(rng.randrange(2, 6)):
        kind = rng.randrange(3)
        if kind:
            threads.append(threading.Thread(target=drop_all, args=(random.Random(rng.random()), rng.randrange(5, 120))))
        else:
            threads.append(Maker(rng.randrange(3, 1500), []))
    watched = [weakref.ref(t) for t in threads]
    for t in threads:
        t.start()
    return threads, watched


def child(rng):
    gc.collect() if rng.randrange(2) else None
    threads, _ = one(rng)
    drop_all(rng, 30)
    for t in threads:
        t.join()
    del threads
    shared_dict.clear()
    shared_list.clear()
    gc.collect()
    if twice:
        os._exit(3)
    os._exit(0)


def reap(pids):
    for pid in pids:
        status = os.waitpid(pid, 0)[1]
        if status:
            twice.append("child ended with %d" % status)


def main():
    rng = random.Random(SEED)
    late = 0
    for turn in range(TURNS):
        if time.monotonic() > LIMIT:
            break
        threads, watched = one(rng)
        pids = []
        if turn % 8 == 0:
            for _ in range(2):
                pid = os.fork()
                if pid == 0:
                    signal.alarm(100)
                    child(rng)
                pids.append(pid)
        drop_all(rng, 10)
        for t in threads:
            t.join()
        del t, threads
        patience = time.monotonic() + 5         # what a thread dropped at its end may still wait for a grace period
        while any(r() is not None for r in watched) and time.monotonic() < patience:
            time.sleep(0.001)
        late += sum(r() is not None for r in watched)
        reap(pids)
        if turn % 16 == 0:
            gc.collect()
    shared_dict.clear()
    shared_list.clear()
    shared_object.__dict__.clear()
    while not shared_queue.empty():
        shared_queue.get()
    for _ in range(3):
        gc.collect()
    print("finalized:", made.get() - finalized.get())
    print("callbacks:", wanted.get() - called.get())
    print("twice:", twice[:3])
    print("threads left:", late)


main()
# expect: finalized: 0
# expect: callbacks: 0
# expect: twice: []
# expect: threads left: 0
