import os, threading
def child():
    pid = os.fork()
    if pid == 0:
        print("child", threading.active_count(), flush=True)  # expect: child 1
        os._exit(7)
    _, status = os.waitpid(pid, 0)
    print("status", os.waitstatus_to_exitcode(status))  # expect: status 7
import warnings
warnings.simplefilter("ignore")
t = threading.Thread(target=child)
t.start()
t.join()
