# An uncaught exception of the main thread: the traceback comes at once, the threads end in peace, the status is 1.
# expect: thread ends
# expect-error: ValueError: main
import threading, time
def work():
    time.sleep(0.1)
    print("thread ends")
threading.Thread(target=work).start()
raise ValueError("main")
