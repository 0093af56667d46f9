import threading
out = []
def work(n):
    out.append(n)
ts = [threading.Thread(target=work, args=(i,), name=f"w{i}") for i in range(5)]
for t in ts: t.start()
for t in ts: t.join()
print(sorted(out), [t.name for t in ts], any(t.is_alive() for t in ts), threading.active_count())

# expect: [0, 1, 2, 3, 4] ['w0', 'w1', 'w2', 'w3', 'w4'] False 1
