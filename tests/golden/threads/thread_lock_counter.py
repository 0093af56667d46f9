import threading
n = 0
lock = threading.Lock()
def work():
    global n
    for _ in range(20000):
        with lock:
            n += 1
ts = [threading.Thread(target=work) for _ in range(4)]
for t in ts: t.start()
for t in ts: t.join()
print(n, lock.locked())  # expect: 80000 False
