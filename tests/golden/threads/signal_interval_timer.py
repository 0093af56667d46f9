# setitimer: ticks reach the main thread while it computes and while it sleeps, busy threads or not.
import signal, threading, time
ticks = []
def tick(number, frame):
    ticks.append(threading.current_thread() is threading.main_thread())
signal.signal(signal.SIGALRM, tick)
stop = False
def busy():
    while not stop:
        sum(range(50))
threads = [threading.Thread(target=busy) for _ in range(2)]
for t in threads:
    t.start()
signal.setitimer(signal.ITIMER_REAL, 0.005, 0.005)
end = time.monotonic() + 20
while len(ticks) < 20 and time.monotonic() < end:
    pass
while len(ticks) < 40 and time.monotonic() < end:
    time.sleep(0.1)
delay, interval = signal.setitimer(signal.ITIMER_REAL, 0)
stop = True
for t in threads:
    t.join()
print(len(ticks) >= 40, all(ticks), delay <= interval, abs(interval - 0.005) < 0.002)  # expect: True True True True
print(signal.getitimer(signal.ITIMER_REAL))  # expect: (0.0, 0.0)
