# The program ends while daemon threads compute, sleep, hold locks, wait for locks and print: atexit runs, output is complete, the status is right.
# expect: main ends
# expect: atexit
# expect-exit: 3
import atexit, queue, sys, threading, time
def compute():
    d = {}
    i = 0
    while True:
        i += 1
        d[i % 1000] = [i]
def hold():
    with lock:
        time.sleep(3600)
def wait():
    with lock:
        pass
lock = threading.Lock()
atexit.register(print, "atexit")
class Late:
    def __del__(self):
        sum(range(100))
keep = Late()
jobs = [compute, compute, hold, wait, queue.Queue().get, queue.SimpleQueue().get, threading.Event().wait, lambda: time.sleep(3600)]
for job in jobs:
    threading.Thread(target=job, daemon=True).start()
time.sleep(0.05)
print("main ends")
sys.exit(3)
