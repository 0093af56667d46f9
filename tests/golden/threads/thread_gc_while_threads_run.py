import threading, gc
class N: pass
def churn():
    for _ in range(3000):
        a, b = N(), N()
        a.o, b.o = b, a
ts = [threading.Thread(target=churn) for _ in range(3)]
for t in ts: t.start()
for _ in range(10): gc.collect()
for t in ts: t.join()
gc.collect()
print(sum(type(o) is N for o in gc.get_objects()))  # expect: 0
