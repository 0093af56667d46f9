# The main thread sleeps in one blocking call after another; a signal to the process, sent by a thread, interrupts each: the handler runs in the
# main thread at once, and what it raises leaves the call.
import os, queue, select, signal, socket, subprocess, threading, time

class Woken(Exception):
    pass

def handler(number, frame):
    assert threading.current_thread() is threading.main_thread()
    raise Woken(signal.Signals(number).name)

for number in (signal.SIGINT, signal.SIGALRM, signal.SIGUSR1):
    signal.signal(number, handler)

held = threading.Lock()
held.acquire()
owned = threading.RLock()
release = threading.Event()
def own():
    with owned:
        release.wait()
owner = threading.Thread(target=own)
owner.start()
while owned.acquire(blocking=False):
    owned.release()
condition = threading.Condition()
def wait_condition():
    with condition:
        condition.wait()
r, w = os.pipe()
left, right = socket.socketpair()
server = socket.create_server(("127.0.0.1", 0))
poll = select.poll()
poll.register(r, select.POLLIN)
epoll = select.epoll()
epoll.register(r, select.EPOLLIN)
timed = socket.socketpair()
timed[0].settimeout(60)
child = subprocess.Popen(["cat"], stdin=subprocess.PIPE)
calls = [
    ("sleep", lambda: time.sleep(60)),
    ("lock", held.acquire),
    ("lock with timeout", lambda: held.acquire(timeout=60)),
    ("rlock", owned.acquire),
    ("with lock", lambda: held.__enter__()),
    ("join", owner.join),
    ("join with timeout", lambda: owner.join(60)),
    ("event", threading.Event().wait),
    ("condition", wait_condition),
    ("semaphore", threading.Semaphore(0).acquire),
    ("barrier", threading.Barrier(2).wait),
    ("queue", queue.Queue().get),
    ("simple queue", queue.SimpleQueue().get),
    ("simple queue with timeout", lambda: queue.SimpleQueue().get(timeout=60)),
    ("select", lambda: select.select([r], [], [])),
    ("poll", poll.poll),
    ("epoll", epoll.poll),
    ("read", lambda: os.read(r, 1)),
    ("recv", lambda: left.recv(1)),
    ("recv with timeout", lambda: timed[0].recv(1)),
    ("accept", server.accept),
    ("waitpid", child.wait),
    ("pause", signal.pause),
    ("sigtimedwait", lambda: signal.sigtimedwait([signal.SIGUSR2], 60)),
]
late, missed = [], []
def poke(number, go):
    go.wait()
    time.sleep(0.02)
    os.kill(os.getpid(), number)
for i, (name, call) in enumerate(calls):
    number = (signal.SIGINT, signal.SIGALRM, signal.SIGUSR1)[i % 3]
    go = threading.Event()
    t = threading.Thread(target=poke, args=(number, go), daemon=True)
    t.start()
    try:
        start = time.monotonic()
        go.set()
        call()
        missed.append(name)
    except Woken as e:
        if e.args[0] != number.name:
            missed.append((name, e.args))
    if time.monotonic() - start > 10:
        late.append(name)
    t.join()
print(missed, late)  # expect: [] []
child.communicate()
release.set()
owner.join()
