# A finalizer that runs at the very end of a thread uses thread-local data and context variables: a thread started later doesn't see that.
# expect: {(None, 0)}
import _thread, contextvars, threading
local, var = threading.local(), contextvars.ContextVar("var", default=0)
shared, seen, stop = {}, set(), False
class Thing:
    def __del__(self):
        local.x = 1
        var.set(7)
        gone.release()
def first():
    shared["k"] = Thing()
    del shared["k"]
def second():
    seen.add((getattr(local, "x", None), var.get()))
    done.release()
def look():
    while not stop:
        shared.get("a")
gone, done = threading.Semaphore(0), threading.Semaphore(0)
t = threading.Thread(target=look)
t.start()
for _ in range(30):
    _thread.start_new_thread(first, ())
    gone.acquire()
    while _thread._count() > 1:
        pass
    _thread.start_new_thread(second, ())
    done.acquire()
stop = True
t.join()
print(seen)
