# A module whose import fails in one thread while another waits for it is not handed to the other: that one tries itself.
import os
import sys
import threading
import time

open("failing.py", "w").write("import time\npart = 1\ntime.sleep(0.2)\nraise RuntimeError('on purpose')\n")
sys.path.insert(0, os.getcwd())
out = []


def work(delay):
    time.sleep(delay)
    try:
        import failing
        out.append(failing)
    except RuntimeError as e:
        out.append(str(e))


threads = [threading.Thread(target=work, args=(d,)) for d in (0, 0.05, 0.1)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(out)  # expect: ['on purpose', 'on purpose', 'on purpose']
