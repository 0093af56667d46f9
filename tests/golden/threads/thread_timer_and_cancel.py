import threading
out = []
t = threading.Timer(0.01, out.append, ["fired"])
t.start()
t.join()
c = threading.Timer(10, out.append, ["never"])
c.start()
c.cancel()
c.join()
print(out)  # expect: ['fired']
