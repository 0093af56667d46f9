# fork while another thread is inside __del__ in the middle of a release: its C stack becomes that of new threads in the child, which collects.
# expect: child 0
import gc, os, signal, threading, warnings
warnings.simplefilter("ignore")
inside, go = threading.Event(), threading.Event()
class Waits:
    def __del__(self):
        inside.set()
        go.wait()
class Later:
    def __del__(self):
        if os.getpid() != parent:
            os.write(2, b"finalized in the child\n")
parent = os.getpid()
def work():
    x = [Waits(), Later(), Later()]
    del x
def deep(n):
    return sorted([deep(n - 1), 1], key=lambda z: z)[0] if n else 0
t = threading.Thread(target=work)
t.start()
inside.wait()
pid = os.fork()
if pid == 0:
    signal.alarm(30)
    for _ in range(4):
        threads = [threading.Thread(target=deep, args=(60,)) for _ in range(8)]
        for s in threads:
            s.start()
        for s in threads:
            s.join()
        gc.collect()
    os._exit(0)
print("child", os.waitpid(pid, 0)[1])
go.set()
t.join()
