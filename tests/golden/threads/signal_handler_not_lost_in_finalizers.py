# A thread drops objects that the main thread made, with finalizers in Python, and interrupts the main thread: the exception reaches the program, not
# a finalizer that happens to run. (An interrupt that comes while a finalizer runs in the main thread may be reported there instead.)
import signal, threading, time

class Noisy:
    def __del__(self):
        Noisy.gone += 1

Noisy.gone = 0

class Woken(Exception):
    pass

def handler(number, frame):
    raise Woken

signal.signal(signal.SIGUSR1, handler)
good = 0
for _ in range(60):
    xs = [Noisy() for _ in range(20)]
    main_is_in = threading.Event()
    def poke(xs=xs):
        main_is_in.wait()
        time.sleep(0.005)
        signal.pthread_kill(threading.main_thread().ident, signal.SIGUSR1)
        xs.clear()
    t = threading.Thread(target=poke)
    t.start()
    del xs, poke
    try:
        main_is_in.set()
        while True:
            time.sleep(0.05)
    except Woken:
        good += 1
    t.join()
    del t
print(good)  # expect: 60
