import threading
b = threading.Barrier(3, action=lambda: log.append("all"))
log = []
lock = threading.Lock()
def work(i):
    with lock: log.append("before")
    b.wait()
    with lock: log.append("after")
ts = [threading.Thread(target=work, args=(i,)) for i in range(3)]
for t in ts: t.start()
for t in ts: t.join()
print(log, b.broken, b.parties)

# expect: ['before', 'before', 'before', 'all', 'after', 'after', 'after'] False 3
