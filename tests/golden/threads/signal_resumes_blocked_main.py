# PEP 475: a handler that returns lets the interrupted call go on with what is left of its time, and the result is that of the call.
import os, queue, select, signal, socket, threading, time

seen = []
signal.signal(signal.SIGUSR1, lambda number, frame: seen.append(threading.get_ident() == threading.main_thread().ident))
lock = threading.Lock()
lock.acquire()
r, w = os.pipe()
left, right = socket.socketpair()
timed = socket.socketpair()
timed[0].settimeout(60)
q, sq = queue.Queue(), queue.SimpleQueue()
event = threading.Event()
done = threading.Event()
waiting = threading.Thread(target=done.wait)
waiting.start()
def short_sleep():
    start = time.monotonic()
    time.sleep(0.3)
    return time.monotonic() - start >= 0.3
def nothing():
    pass
cases = [
    ("sleep", short_sleep, nothing, True),
    ("lock", lock.acquire, lock.release, True),
    ("lock with timeout", lambda: lock.acquire(timeout=60), lock.release, True),
    ("lock that times out", lambda: lock.acquire(timeout=0.2), nothing, False),
    ("event", event.wait, event.set, True),
    ("queue", q.get, lambda: q.put(1), 1),
    ("simple queue", sq.get, lambda: sq.put(2), 2),
    ("read", lambda: os.read(r, 1), lambda: os.write(w, b"x"), b"x"),
    ("select", lambda: select.select([r], [], [])[0] == [r], lambda: os.write(w, b"y"), True),
    ("recv", lambda: left.recv(1), lambda: right.send(b"z"), b"z"),
    ("recv with timeout", lambda: timed[0].recv(1), lambda: timed[1].send(b"t"), b"t"),
    ("join", waiting.join, done.set, None),
]
for name, call, finish, result in cases:
    def poke():
        for _ in range(5):
            time.sleep(0.02)
            os.kill(os.getpid(), signal.SIGUSR1)
        before = len(seen)
        end = time.monotonic() + 10
        while not seen and time.monotonic() < end:    # the handler runs while the call still blocks
            time.sleep(0.001)
        early.append(bool(seen))
        finish()
    seen.clear()
    early = []
    t = threading.Thread(target=poke)
    t.start()
    got = call()
    t.join()
    if got != result or early != [True] or not all(seen):
        print(name, got, early, seen)
print("end")  # expect: end
