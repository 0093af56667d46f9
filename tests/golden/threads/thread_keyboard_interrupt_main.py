# skip-ladon: a SIGINT that another thread sends sometimes does not interrupt the main thread
import os, signal, threading, time
def poke():
    time.sleep(0.1)
    os.kill(os.getpid(), signal.SIGINT)
threading.Thread(target=poke).start()
try:
    while True:
        time.sleep(0.01)
except KeyboardInterrupt:
    print("interrupted")  # expect: interrupted
