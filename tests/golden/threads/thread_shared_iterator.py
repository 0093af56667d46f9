import threading
it = iter(range(20000))
got = [[] for _ in range(4)]
def work(k):
    for x in it:
        got[k].append(x)
ts = [threading.Thread(target=work, args=(k,)) for k in range(4)]
for t in ts: t.start()
for t in ts: t.join()
flat = [x for g in got for x in g]
print(set(flat) <= set(range(20000)), len(flat) >= 1000)  # expect: True True
