from collections import deque
for f in (lambda: deque().pop(), lambda: deque().popleft(), lambda: deque([1])[5], lambda: deque([1]).remove(2), lambda: deque(maxlen=-1), lambda: deque([1]).index(2)):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
d = deque(range(3))
try:
    for x in d:
        d.append(x)
except RuntimeError as e:
    print(e)

# expect: IndexError pop from an empty deque
# expect: IndexError pop from an empty deque
# expect: IndexError deque index out of range
# expect: ValueError deque.remove(x): x not in deque
# expect: ValueError maxlen must be non-negative
# expect: ValueError deque.index(x): x not in deque
# expect: deque mutated during iteration
