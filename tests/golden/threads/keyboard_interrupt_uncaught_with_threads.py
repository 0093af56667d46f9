# An uncaught KeyboardInterrupt with other threads about: traceback, exit functions, and the process ends by SIGINT itself.
# expect: atexit
# expect: -2
# expect-stderr: KeyboardInterrupt
import atexit, os, signal, threading, time, warnings
warnings.simplefilter("ignore")
signal.signal(signal.SIGINT, signal.default_int_handler)
pid = os.fork()
if pid:
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
else:
    atexit.register(print, "atexit", flush=True)
    def busy():
        while True:
            sum(range(20))
    for _ in range(2):
        threading.Thread(target=busy, daemon=True).start()
    threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT)).start()
    while True:
        time.sleep(1)
