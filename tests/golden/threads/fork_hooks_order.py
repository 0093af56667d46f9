# os.register_at_fork: before-hooks last first, the others first first; what one raises is reported and the rest still runs; a hook may start a thread.
import os, sys, threading, warnings
warnings.simplefilter("ignore")
sys.unraisablehook = lambda u: log.append(type(u.exc_value).__name__)
log = []
def fail():
    raise KeyError
os.register_at_fork(before=lambda: log.append("b1"), after_in_parent=lambda: log.append("p1"), after_in_child=lambda: log.append("c1"))
os.register_at_fork(before=fail, after_in_parent=fail, after_in_child=fail)
def thread_in_child():
    t = threading.Thread(target=log.append, args=("thread",))
    t.start()
    t.join()
os.register_at_fork(before=lambda: log.append("b3"), after_in_parent=lambda: log.append("p3"), after_in_child=thread_in_child)
pid = os.fork()
if pid == 0:
    print("child", log, flush=True)
    os._exit(0)
os.waitpid(pid, 0)
print("parent", log)
# expect: child ['b3', 'KeyError', 'b1', 'c1', 'KeyError', 'thread']
# expect: parent ['b3', 'KeyError', 'b1', 'p1', 'KeyError', 'p3']
