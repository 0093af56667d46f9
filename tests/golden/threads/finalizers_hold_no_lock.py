# What a shared container drops is finalized by a thread that holds none of the program's locks: finalizers, and callbacks of weak references, may take any.
# expect: 60 60
# expect: done
# expect: 0 threads stuck
import threading, time, weakref
lock, shared, finalized, called, stop = threading.Lock(), {}, [], [], False
class Thing:
    def __del__(self):
        with lock:
            finalized.append(1)
class Quiet:
    pass
def callback(_):
    with lock:
        called.append(1)
def look():
    while not stop:
        shared.get("a")
        with lock:
            sum(range(200))
def drop():
    for i in range(60):
        shared["k"] = Thing()
        shared["q"] = quiet = Quiet()
        refs.append(weakref.ref(quiet, callback))
        del quiet
        del shared["k"], shared["q"]
        time.sleep(0.001)
refs = []
threads = [threading.Thread(target=look) for _ in range(2)]
for t in threads:
    t.start()
dropping = threading.Thread(target=drop)
dropping.start()
dropping.join()
until = time.monotonic() + 60
while (len(finalized), len(called)) != (60, 60) and time.monotonic() < until:
    time.sleep(0.01)
stop = True
for t in threads:
    t.join()
print(len(finalized), len(called))

# A finalizer waits for another one.
ready, shared, stop = threading.Event(), {}, False
class Waits:
    def __del__(self):
        if not ready.wait(60):
            print("nobody came")
class Wakes:
    def __del__(self):
        ready.set()
def drop(key):
    del shared[key]
def watch():
    while not stop:
        shared.get("a")
shared.update(waits=Waits(), wakes=Wakes())
watcher = threading.Thread(target=watch)
watcher.start()
threads = [threading.Thread(target=drop, args=(key,)) for key in ("waits", "wakes")]
for t in threads:
    t.start()
for t in threads:
    t.join()
ready.wait(60)
stop = True
watcher.join()
print("done" if ready.is_set() else "stuck")

# A thread that ends runs no finalizers of what others dropped: who joins it may hold a lock that they take.
shared, finalized, stop, stuck = {}, [], False, 0
def look():
    while not stop:
        shared.get("a")
def drop_with_lock():
    while not stop:
        shared["k"] = Thing()
        del shared["k"]
def drop_quietly():
    shared["q"] = Quiet()
    del shared["q"]
threads = [threading.Thread(target=f) for f in (look, drop_with_lock)]
for t in threads:
    t.start()
for _ in range(20):
    t = threading.Thread(target=drop_quietly)
    with lock:
        t.start()
        t.join(20)
        stuck += t.is_alive()
    if stuck:
        break
stop = True
for t in threads:
    t.join()
print(stuck, "threads stuck")
