# set_wakeup_fd: every signal writes its number, whichever thread takes it; the main thread may sleep in select() on the other end.
import os, select, signal, threading, time
r, w = os.pipe()
os.set_blocking(w, False)
os.set_blocking(r, False)
print(signal.set_wakeup_fd(w))  # expect: -1
seen = []
signal.signal(signal.SIGUSR1, lambda n, f: seen.append(n))
stop = threading.Event()
t = threading.Thread(target=stop.wait)
t.start()
def poke():
    time.sleep(0.02)
    signal.pthread_kill(t.ident, signal.SIGUSR1)
good = 0
for _ in range(10):
    p = threading.Thread(target=poke)
    p.start()
    ready = select.select([r], [], [], 30)[0]
    p.join()
    good += ready == [r] and os.read(r, 10) == bytes([signal.SIGUSR1])
print(good, seen == [signal.SIGUSR1] * 10)  # expect: 10 True
print(signal.set_wakeup_fd(-1) == w)  # expect: True
stop.set()
t.join()
try:
    threading.Thread(target=lambda: None).run()
    signal.set_wakeup_fd(os.dup(0))
except ValueError as e:
    print("must be in non-blocking mode" in str(e))  # expect: True
def elsewhere():
    for call in (lambda: signal.set_wakeup_fd(-1), lambda: signal.signal(signal.SIGUSR1, signal.SIG_DFL)):
        try:
            call()
        except ValueError as e:
            print(e)
t = threading.Thread(target=elsewhere)
t.start()
t.join()
# expect: set_wakeup_fd only works in main thread of the main interpreter
# expect: signal only works in main thread of the main interpreter
