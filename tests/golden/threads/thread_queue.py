import queue, threading
q = queue.Queue(maxsize=4)
out = []
def consumer():
    while (x := q.get()) is not None:
        out.append(x)
        q.task_done()
    q.task_done()
t = threading.Thread(target=consumer)
t.start()
for i in range(50): q.put(i)
q.put(None)
q.join()
t.join()
print(out == list(range(50)), q.empty())  # expect: True True
try:
    q.get_nowait()
except queue.Empty:
    print("empty")  # expect: empty
s = queue.SimpleQueue()
s.put(1)
print(s.get(), s.empty(), s.qsize())  # expect: 1 True 0
p = queue.PriorityQueue()
for x in (3, 1, 2): p.put(x)
print(p.get(), p.get(), p.get())  # expect: 1 2 3
