# Threads that start threads while the main thread already waits for all of them: every one is waited for; then atexit, which may still use threads.
# expect: main
# expect: first
# expect: second
# expect: third
# expect: atexit
# expect: in atexit
import atexit, threading, time
def third():
    time.sleep(0.05)
    print("third")
def second():
    time.sleep(0.05)
    print("second")
    threading.Thread(target=third).start()
def first():
    time.sleep(0.05)
    print("first")
    threading.Thread(target=second).start()
def at_exit():
    print("atexit")
    t = threading.Thread(target=print, args=("in atexit",))
    t.start()
    t.join()
atexit.register(at_exit)
threading.Thread(target=first).start()
print("main")
