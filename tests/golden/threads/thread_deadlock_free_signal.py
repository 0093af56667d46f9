import signal, threading, os, time
got = []
signal.signal(signal.SIGUSR1, lambda n, f: got.append((n == signal.SIGUSR1, threading.current_thread() is threading.main_thread())))
t = threading.Thread(target=lambda: os.kill(os.getpid(), signal.SIGUSR1))
t.start()
t.join()
for _ in range(200):
    if got: break
    time.sleep(0.01)
print(got)  # expect: [(True, True)]
