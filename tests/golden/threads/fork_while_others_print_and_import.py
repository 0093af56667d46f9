# skip-cpython: its child may wait for ever for what another thread held, as os.fork's documentation warns
# fork while other threads import modules, write to stdout and use the warnings: the child does the same and ends.
import importlib, os, sys, threading, warnings
warnings.simplefilter("ignore")
stop = False
sink = open(os.devnull, "w")
def importing():
    while not stop:
        for name in ("colorsys", "stringprep", "this_module_does_not_exist"):
            sys.modules.pop(name, None)
            try:
                importlib.import_module(name)
            except ImportError:
                pass
def printing():
    while not stop:
        print("x", file=sys.stderr, end="")
def warning():
    while not stop:
        warnings.warn("w")
threads = [threading.Thread(target=f) for f in (importing, printing, warning)]
keep = os.dup(2)
os.dup2(sink.fileno(), 2)
for t in threads:
    t.start()
good = 0
for _ in range(10):
    pid = os.fork()
    if pid == 0:
        print("y", file=sys.stderr)
        warnings.warn("w")
        import bisect, quopri
        os._exit(0)
    good += os.waitpid(pid, 0)[1] == 0
stop = True
for t in threads:
    t.join()
os.dup2(keep, 2)
print(good)  # expect: 10
