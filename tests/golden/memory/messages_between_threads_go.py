# Many short-lived objects pass from one thread to another, at the same few addresses: none of them becomes immortal for being often counted.
# expect: bytes 0
# expect: str 0
# expect: list 0
import gc, queue, sys, threading
gc.disable()
def consume(q, stuck):
    while (m := q.get()) is not None:
        x = m
        y = [x, x, m]
        if sys._is_immortal(m):
            stuck.append(1)
for kind, make in ("bytes", lambda i: b"message %d" % i), ("str", lambda i: f"message {i}"), ("list", lambda i: [i]):
    q, stuck = queue.SimpleQueue(), []
    t = threading.Thread(target=consume, args=(q, stuck))
    t.start()
    for i in range(60000):
        q.put(make(i))
    q.put(None)
    t.join()
    print(kind, len(stuck))
