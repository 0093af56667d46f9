import threading
l = threading.Lock()
print(l.acquire(), l.locked(), l.acquire(blocking=False), l.acquire(timeout=0.01), l.release(), l.locked())
try:
    l.release()
except RuntimeError as e:
    print(e)
try:
    l.acquire(False, 5)
except ValueError as e:
    print(e)
r = threading.RLock()
with r, r:
    print("reentered")
try:
    r.release()
except RuntimeError as e:
    print(e)

# expect: True True False False None False
# expect: release unlocked lock
# expect: can't specify a timeout for a non-blocking call
# expect: reentered
# expect: cannot release un-acquired lock
