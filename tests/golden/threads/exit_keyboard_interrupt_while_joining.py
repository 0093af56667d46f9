# SIGINT while the main thread waits for the others at the end: reported, and the program ends without waiting on; the exit status stays 0.
# expect: atexit
# expect-stderr: Exception ignored while joining a thread in _thread._shutdown():
# expect-stderr: KeyboardInterrupt: 
# expect-exit: 0
import atexit, os, signal, threading, time
signal.signal(signal.SIGINT, signal.default_int_handler)
atexit.register(print, "atexit")
def work():
    time.sleep(0.2)
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(0.1)
threading.Thread(target=work).start()
