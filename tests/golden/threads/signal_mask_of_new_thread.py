# A new thread starts with the signal mask of the thread that starts it, also when threads have ended before.
import signal, threading

def mask():
    return {s.name for s in signal.pthread_sigmask(signal.SIG_BLOCK, [])}

def in_thread(fn):
    out = []
    t = threading.Thread(target=lambda: out.append(fn()))
    t.start()
    t.join()
    return out[0]

def block_and_say():
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2])
    return mask()

print(in_thread(mask))  # expect: set()
print(in_thread(block_and_say))  # expect: {'SIGUSR2'}
print(in_thread(mask))  # expect: set()
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
print(in_thread(mask))  # expect: {'SIGUSR1'}
print(in_thread(lambda: in_thread(block_and_say)) == {'SIGUSR1', 'SIGUSR2'})  # expect: True
signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGUSR1])
print(in_thread(mask))  # expect: set()
print(in_thread(lambda: in_thread(mask)))  # expect: set()
