# SPDX-License-Identifier: MIT
# skip-cpython: the lock of a file that another thread was writing to stays held in its child
"""fork while threads are inside every kind of lock the runtime has: the child uses the same things and ends in time."""
import gc
import json
import os
import signal
import sys
import threading
import time
import warnings
import weakref

warnings.simplefilter("ignore")
FORKS = int(os.environ.get("STRESS_TURNS", "400")) // 20
LIMIT = time.monotonic() + float(os.environ.get("STRESS_SECONDS", "10"))


class Thing:
    pass


stop = False
numbers, items, members = {}, [], set()
things = [Thing() for _ in range(20)]
binary, text = open(os.devnull, "wb"), open(os.devnull, "w")


def use(i):
    numbers[i % 100] = str(i)
    items.append(i)
    members.add(i % 50)
    members.discard((i + 7) % 50)
    if len(items) > 100:
        items[:] = items[:10]
    setattr(things[i % 20], "a%d" % (i % 30), i)
    weakref.ref(things[i % 20])
    type("T%d" % (i % 5), (Thing,), {"x": i})
    binary.write(b"x" * 10)
    text.write("abc\n")
    sys.intern("s%d" % i)
    json.dumps({"a": i})
    with warnings.catch_warnings():
        pass
    if i % 100 == 0:
        gc.collect(0)


def busy():
    i = 0
    while not stop:
        i += 1
        use(i)


def child():
    for i in range(200):
        use(i)
    binary.flush()
    text.flush()
    gc.collect()
    out = []
    threads = [threading.Thread(target=out.append, args=(1,)) for _ in range(3)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return 0 if len(out) == 3 and threading.active_count() == 1 else 3


def wait(pid):
    end = time.monotonic() + 30
    while time.monotonic() < end:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.001)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return "late"


threads = [threading.Thread(target=busy) for _ in range(4)]
for t in threads:
    t.start()
bad = []
for turn in range(FORKS):
    pid = os.fork()
    if pid == 0:
        code = 4
        try:
            stop = True
            code = child()
        except BaseException:
            sys.excepthook(*sys.exc_info())
        os._exit(code)
    code = wait(pid)
    if code != 0:
        bad.append((turn, code))
    if turn % 4 == 3 and time.monotonic() > LIMIT:
        break
stop = True
for t in threads:
    t.join()
print("ok", bad)

# expect: ok []
