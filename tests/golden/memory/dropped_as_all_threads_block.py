# What is taken out of a dict that another thread reads is released though every thread blocks right after that: here on what its finalizer does.
# expect: released 20
import os, threading
from_del, to_main = os.pipe()
class Connection:
    def __del__(self):
        os.write(to_main, b"x")
class Box:
    pass
connections, box, done = {}, Box(), 0
gate, pause = threading.Lock(), threading.Event()
def look():
    while True:
        while not box.stop:
            connections.get("a")
        started.release()
        gate.acquire()
        if over:
            return
gate.acquire()
started = threading.Semaphore(0)
over = box.stop = False
t = threading.Thread(target=look)
t.start()
for i in range(20):
    connections["a"] = Connection()
    for _ in range(3000):
        connections.get("b")
    box.stop = i % 2 == 0 or box.stop
    del connections["a"]
    box.stop = True
    os.read(from_del, 1)        # nobody runs Python code now
    done += 1
    started.acquire()
    box.stop = False
    over = i == 19
    gate.release()
t.join()
print("released", done)
