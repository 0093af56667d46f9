import os, sys, threading
open("slow.py", "w").write("import time\ntime.sleep(0.1)\nready = True\n")
sys.path.insert(0, os.getcwd())
out = []
def work():
    import slow
    out.append(slow.ready)
ts = [threading.Thread(target=work) for _ in range(4)]
for t in ts: t.start()
for t in ts: t.join()
print(out)  # expect: [True, True, True, True]
