# An object that other threads use all the time goes with its last reference all the same when the program would see that it doesn't: it has weak
# references (as every Thread) or a finalizer. The same with a thread that itself has done nothing but use its own attributes.
# expect: threads 0
# expect: finalized 20
import gc, threading, weakref
gc.disable()
class Worker(threading.Thread):
    n = 0
    def step(self):
        self.n += 1
    def run(self):
        for _ in range(4000):
            self.step()
def threads():
    left = 0
    for _ in range(20):
        w = Worker()
        r = weakref.ref(w)
        w.start()
        w.join()
        del w
        left += r() is not None
    print("threads", left)
class Watched:
    n = 0
    def step(self):
        pass
    def __del__(self):
        global finalized
        finalized += 1
finalized = 0
def use(box):
    x = box.pop()
    for _ in range(4000):
        x.step()
def finalizers():
    for _ in range(20):
        x = Watched()
        ts = [threading.Thread(target=use, args=([x],)) for _ in range(2)]
        for t in ts:
            t.start()
        for t in ts:
            t.join()
        del x
    print("finalized", finalized)
threads()
finalizers()
