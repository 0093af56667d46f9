# The documented way to take signals in a thread: all block them, one waits. Ended threads must not take them.
import os, signal, threading
signal.signal(signal.SIGUSR1, lambda *a: print("handler"))
for _ in range(3):
    t = threading.Thread(target=lambda: None)
    t.start()
    t.join()
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1, signal.SIGTERM])
got = []
def wait():
    for _ in range(50):
        got.append(signal.sigwait([signal.SIGUSR1, signal.SIGTERM]))
        step.release()
step = threading.Semaphore(0)
t = threading.Thread(target=wait)
t.start()
for i in range(50):
    os.kill(os.getpid(), signal.SIGUSR1 if i % 2 else signal.SIGTERM)
    step.acquire()
t.join()
print(got == [signal.SIGTERM, signal.SIGUSR1] * 25)  # expect: True
