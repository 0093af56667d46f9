# Audit events of gc, time.sleep and starting threads; a hook that raises keeps it from happening.
import sys, gc, time, _thread
log, veto = [], False
def hook(event, args):
    if event.startswith(("gc.", "time.", "_thread.")):
        log.append((event, args))
        if veto: raise RuntimeError("no")
sys.addaudithook(hook)
class F:
    def __repr__(self): return "F"
    def __call__(self): pass
x = [1]
gc.get_objects(generation=1); gc.get_referrers(x); gc.get_referents(x)
time.sleep(0); time.sleep(0.001)
try: time.sleep(-1)
except ValueError as e: print(e)
_thread.start_joinable_thread(F()).join()
print(*log, sep="\n")
veto = True
try: time.sleep(100)
except RuntimeError as e: print(e)
try: _thread.start_new_thread(F(), ())
except RuntimeError as e: print(e)
veto = False

# expect: sleep length must be non-negative
# expect: ('gc.get_objects', (1,))
# expect: ('gc.get_referrers', (([1],),))
# expect: ('gc.get_referents', (([1],),))
# expect: ('time.sleep', (0,))
# expect: ('time.sleep', (0.001,))
# expect: ('time.sleep', (-1,))
# expect: ('_thread.start_joinable_thread', (F, 1, None))
# expect: no
# expect: no
