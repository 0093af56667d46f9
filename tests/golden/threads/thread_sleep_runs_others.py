import threading, time
start = time.monotonic()
ts = [threading.Thread(target=time.sleep, args=(0.2,)) for _ in range(5)]
for t in ts: t.start()
for t in ts: t.join()
print(time.monotonic() - start < 0.9)  # expect: True
