import threading
xs = []
def work(k):
    for i in range(20000):
        xs.append((k, i))
ts = [threading.Thread(target=work, args=(k,)) for k in range(4)]
for t in ts: t.start()
for t in ts: t.join()
print(len(xs), all([i for k2, i in xs if k2 == k] == list(range(20000)) for k in range(4)))

# expect: 80000 True
