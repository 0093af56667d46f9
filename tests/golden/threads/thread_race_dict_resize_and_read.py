import threading
d = {i: i for i in range(100)}
stop = False
bad = []
def reader():
    while not stop:
        for i in range(100):
            if d.get(i, i) != i: bad.append(i)
        if 5 not in d: bad.append("missing")
def writer():
    for r in range(200):
        for i in range(100, 400): d[i] = i
        for i in range(100, 400): del d[i]
ts = [threading.Thread(target=reader) for _ in range(2)]
for t in ts: t.start()
w = threading.Thread(target=writer)
w.start()
w.join()
stop = True
for t in ts: t.join()
print(bad, len(d))  # expect: [] 100
