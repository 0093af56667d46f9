# A finalizer that is running when the program ends is waited for, as the thread that dropped the object would be.
# expect: finalized 3
import threading, time
shared, finalized = {}, []
class Thing:
    def __del__(self):
        time.sleep(0.15)
        finalized.append(1)
        if len(finalized) == 3:
            print("finalized", len(finalized))
def look():
    while not dropped.is_set():
        shared.get("a")
def drop():
    for i in range(3):
        del shared[i]
    dropped.set()
dropped = threading.Event()
for i in range(3):
    shared[i] = Thing()
for f in (look, drop):
    threading.Thread(target=f).start()
