import threading
loc = threading.local()
loc.x = "main"
seen = []
def work(i):
    seen.append(hasattr(loc, "x"))
    loc.x = i
    seen.append(loc.x)
ts = [threading.Thread(target=work, args=(i,)) for i in range(3)]
for t in ts:
    t.start()
    t.join()
print(seen, loc.x)  # expect: [False, 0, False, 1, False, 2] main
class L(threading.local):
    def __init__(self, v): self.v = v
l = L([])
t = threading.Thread(target=lambda: l.v.append(1))
t.start()
t.join()
print(l.v)  # expect: [1]
