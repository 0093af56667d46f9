# The last reference to another thread's object with a finalizer or a weak reference's callback: they run at once, in the thread that drops it, whether
# its owner waits for a lock, sleeps, reads a pipe or runs. (One that runs may have lost its processor: most is enough there.)
# expect: lock True
# expect: read True
# expect: sleep True
# expect: run True
import os, queue, threading, time, weakref
class Thing:
    def __init__(self, where):
        self.where = where
    def __del__(self):
        self.where.append(threading.get_ident())
class Plain:
    pass
def run(kind, n):
    q, gate, event, (from_other, to_owner) = queue.SimpleQueue(), threading.Lock(), threading.Event(), os.pipe()
    gate.acquire()
    prompt = []
    def consume():
        me = threading.get_ident()
        while (thing := q.get()) is not None:
            plain, where = q.get(), thing.where
            ref = weakref.ref(plain, lambda r: where.append(threading.get_ident()))
            if kind != "run":
                time.sleep(0.002)
            del thing, plain
            prompt.append(where == [me, me])
            if kind == "lock":
                gate.release()
            elif kind == "read":
                os.write(to_owner, b"x")
            else:
                event.set()
    t = threading.Thread(target=consume)
    t.start()
    for _ in range(n):
        where = []
        q.put(Thing(where))
        q.put(Plain())
        if kind == "lock":
            gate.acquire()
        elif kind == "read":
            os.read(from_other, 1)
        elif kind == "sleep":
            time.sleep(0.006)
        else:
            while not event.is_set():
                pass
        event.clear()
    q.put(None)
    t.join()
    print(kind, sum(prompt) >= (n * 0.9 if kind != "run" else n * 0.2))
for kind, n in ("lock", 30), ("read", 30), ("sleep", 30), ("run", 100):
    run(kind, n)
