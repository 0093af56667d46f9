import atexit, threading
atexit.register(print, "atexit 1")
atexit.register(print, "atexit 2")
threading.Thread(target=lambda: print("thread")).start()

# expect: thread
# expect: atexit 2
# expect: atexit 1
