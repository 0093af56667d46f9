# SPDX-License-Identifier: MIT
"""gc.get_objects() and gc.get_referrers() while other threads collect cycles of functions and classes: none is handed out that is about to go."""
import gc
import threading
import time


class Node:
    pass


def cycle():
    """Garbage of several kinds, each of which refers to the next."""
    def inner():
        return inner, node, cls

    class cls:
        held = inner
    node = Node()
    node.inner, node.cls = inner, cls


def make():
    while not done.is_set():
        for _ in range(20):
            cycle()
        gc.collect()


def look():
    marks = 0
    while not done.is_set():
        for o in gc.get_objects():
            if type(o) is Node:
                marks += o.inner()[1] is o
            elif type(o) is type(look):
                marks += o.__code__ is not None
        for o in gc.get_referrers(Node):
            marks += o is not None
    counts.append(marks)


done, counts = threading.Event(), []
threads = [threading.Thread(target=f) for f in (make, make, look, look)]
gc.collect()
for t in threads:
    t.start()
time.sleep(3)
done.set()
for t in threads:
    t.join()
print(len(counts), all(counts))

# expect: 2 True
