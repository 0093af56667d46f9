# SPDX-License-Identifier: MIT
"""fork in a process with busy threads: the child has one thread, can allocate, collect, lock."""
import gc
import os
import threading
import warnings

warnings.simplefilter("ignore")
stop = False
shared = {}
lock = threading.Lock()


def busy(k):
    i = 0
    while not stop:
        i += 1
        shared[k, i % 50] = [i]
        with lock:
            pass


ts = [threading.Thread(target=busy, args=(k,)) for k in range(3)]
for t in ts:
    t.start()
good = 0
for _ in range(8):
    with lock:
        pid = os.fork()
    if pid == 0:
        try:
            xs = [{"n": i} for i in range(1000)]
            gc.collect()
            len(shared)
            done = []
            t = threading.Thread(target=lambda: done.append(1))
            t.start()
            t.join()
            os._exit(0 if done and threading.active_count() == 1 and len(xs) == 1000 else 3)
        except BaseException:
            os._exit(4)
    _, status = os.waitpid(pid, 0)
    good += os.waitstatus_to_exitcode(status) == 0
stop = True
for t in ts:
    t.join()
print("ok", good)

# expect: ok 8
