# What the child of a fork by a thread sees: it is the main thread, others are over, joins return, locks of threading work, new threads and timers
# run, thread-local data and context are the forking thread's, exit functions and the other threads' finally blocks do not run.
# expect: status 0
import contextvars, os, signal, sys, threading, time, warnings
warnings.simplefilter("ignore")
local = threading.local()
var = contextvars.ContextVar("var", default="main")
stop = threading.Event()
main = threading.main_thread()
def other():
    try:
        with gate:
            stop.wait()
    finally:
        if os.getpid() != parent:
            os.write(2, b"finally in the child\n")
gate = threading.Semaphore(3)
parent = os.getpid()
others = [threading.Thread(target=other) for _ in range(3)]
for t in others:
    t.start()
def check(what):
    if not what:
        raise AssertionError
def child():
    me = threading.current_thread()
    check(threading.main_thread() is me)
    check(threading.enumerate() == [me])
    check(threading.active_count() == 1)
    check(not any(t.is_alive() for t in others))
    check(not main.is_alive())
    for t in others:
        t.join()
    main.join()
    check(local.x == "forking")
    check(var.get() == "forking")
    done = threading.Event()
    threading.Timer(0.01, done.set).start()
    check(done.wait(30))
    condition = threading.Condition()
    with condition:
        check(not condition.wait(0.01))
    check(threading.current_thread().ident == threading.get_ident())
    check(threading.current_thread().native_id == threading.get_native_id() == os.getpid())
    signal.signal(signal.SIGUSR1, lambda *a: seen.append(1))    # only the main thread may
    seen = []
    os.kill(os.getpid(), signal.SIGUSR1)
    end = time.monotonic() + 30
    while not seen and time.monotonic() < end:
        time.sleep(0.001)
    check(seen)
    pid = os.fork()
    if pid == 0:
        os._exit(5)
    check(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 5)
def forker():
    local.x = "forking"
    var.set("forking")
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            child()
            status = 0
        except BaseException:
            sys.excepthook(*sys.exc_info())
        os._exit(status)
    print("status", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
t = threading.Thread(target=forker)
t.start()
t.join()
stop.set()
