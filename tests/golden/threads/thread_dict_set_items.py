import threading
d = {}
def work(k):
    for i in range(10000):
        d[k, i] = i
        d["shared"] = k
    for i in range(0, 10000, 2):
        del d[k, i]
ts = [threading.Thread(target=work, args=(k,)) for k in range(4)]
for t in ts: t.start()
for t in ts: t.join()
print(len(d), sum(v for k, v in d.items() if k != "shared"), d["shared"] in range(4))

# expect: 20001 100000000 True
