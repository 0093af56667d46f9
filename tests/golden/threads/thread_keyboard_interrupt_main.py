import os, signal, threading, time
signal.signal(signal.SIGINT, signal.default_int_handler)    # a background job starts with it ignored
def poke():
    time.sleep(0.1)
    os.kill(os.getpid(), signal.SIGINT)
threading.Thread(target=poke).start()
try:
    while True:
        time.sleep(0.01)
except KeyboardInterrupt:
    print("interrupted")  # expect: interrupted
