# What the forking thread dropped before fork is gone in the child, though other threads had seen the container: weak references to it are dead, and
# its finalizer has run once, in the parent.
# expect: [(True, 1), (True, 1), (True, 1), (True, 1), (True, 1)]
import os, threading, warnings, weakref
warnings.simplefilter("ignore")
finalized = 0
class Thing:
    def __del__(self):
        global finalized
        finalized += 1
things = {"a": 1}
stop = False
def look():
    while not stop:
        things.get("a")
t = threading.Thread(target=look)
t.start()
def one():
    global finalized
    finalized = 0
    things["x"] = Thing()
    r = weakref.ref(things["x"])
    del things["x"]
    from_child, to_parent = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(to_parent, repr((r() is None, finalized)).encode())
        os._exit(0)
    os.close(to_parent)
    os.waitpid(pid, 0)
    result = eval(os.read(from_child, 100))
    os.close(from_child)
    return result
results = [one() for _ in range(5)]
stop = True
t.join()
print(results)
