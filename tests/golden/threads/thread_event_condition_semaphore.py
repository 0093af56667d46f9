import threading
ev = threading.Event()
cond = threading.Condition()
items = []
def consumer():
    ev.wait()
    with cond:
        while len(items) < 3:
            cond.wait()
    items.append("consumed")
t = threading.Thread(target=consumer)
t.start()
ev.set()
for i in range(3):
    with cond:
        items.append(i)
        cond.notify_all()
t.join()
print(items, ev.is_set())  # expect: [0, 1, 2, 'consumed'] True
s = threading.BoundedSemaphore(2)
print(s.acquire(), s.acquire(), s.acquire(blocking=False))  # expect: True True False
s.release()
s.release()
try:
    s.release()
except ValueError as e:
    print(e)  # expect: Semaphore released too many times
