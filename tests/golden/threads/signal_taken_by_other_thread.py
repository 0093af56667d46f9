# skip-cpython: a signal that another thread takes does not wake its main thread from a lock
# The C handler of a signal sent to one thread runs there; the Python handler runs in the main thread at once, even if that sleeps on a lock, and
# even when the signal comes just as it falls asleep. The handler ends each wait itself.
import queue, signal, threading, time

def handler(number, frame):
    global handled
    assert threading.current_thread() is threading.main_thread()
    handled += 1
    finish()

signal.signal(signal.SIGUSR1, handler)
handled = 0
lock = threading.Lock()
lock.acquire()
q = queue.SimpleQueue()
stop = threading.Event()
other = threading.Thread(target=stop.wait)
other.start()

def join():
    gate = threading.Lock()
    gate.acquire()
    global finish
    finish = gate.release
    t = threading.Thread(target=gate.acquire)
    t.start()
    go.release()
    t.join()

def sleep():
    start = time.monotonic()
    end = start + 30
    while handled == turn and time.monotonic() < end:
        time.sleep(0.03)
    return time.monotonic() - start < 10

def start_then(call):
    go.release()
    return call()

go = threading.Semaphore(0)
cases = [(lambda: start_then(lock.acquire), lock.release), (lambda: start_then(lambda: lock.acquire(timeout=30)), lock.release),
         (join, None), (lambda: start_then(q.get), lambda: q.put(None)), (lambda: start_then(lambda: q.get(timeout=30)), lambda: q.put(None)),
         (lambda: start_then(sleep), lambda: None)]
late = 0
for turn in range(120):
    call, finish = cases[turn % len(cases)]
    def poke(delay=(turn // len(cases)) * 0.00002):
        go.acquire()
        end = time.perf_counter() + delay
        while time.perf_counter() < end:
            pass
        signal.pthread_kill(other.ident, signal.SIGUSR1)
    t = threading.Thread(target=poke)
    t.start()
    start = time.monotonic()
    call()
    late += time.monotonic() - start > 10
    t.join()
print(handled, late)  # expect: 120 0
stop.set()
other.join()
