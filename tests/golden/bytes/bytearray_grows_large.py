# Growing far in small steps: large blocks move by pages; contents, cuts at the front, exports and readers stay right.
import hashlib, threading, tracemalloc

def digest(b):
    return hashlib.sha256(b).hexdigest()[:12]

piece = bytes(range(256)) * 128          # 32 KiB
b = bytearray()
for i in range(400):
    b += piece
print(len(b), bytes(b) == piece * 400, b[-1], b[12_000_001], b.find(piece, 1) == 256)
del b[:1000]
for i in range(50):
    b.extend(piece)
    b.append(i)
print(len(b), digest(b))
view = memoryview(b)
for f in (lambda: b.append(1), lambda: b.extend(piece), b.clear, lambda: b.__iadd__(piece * 1000)):
    try:
        f()
    except BufferError as e:
        print(e)
view.release()
b += bytes(b)
print(len(b), digest(b))
b[5:5] = piece
b.insert(0, 7)
print(len(b), digest(b), b.__alloc__() > len(b))
# A queue: what is cut off at the front does not stay for ever.
for i in range(3000):
    b += piece
    del b[:len(piece)]
print(len(b), digest(b), b.__alloc__() < 6 * len(b))
del b[10:]
print(b, b.__alloc__() < 1000)

# Another thread reads while the block grows.
b = bytearray(piece * 300)
for i in range(20):
    b += piece
stop, wrong, ready = False, [], threading.Event()
def reader():
    n = 0
    while not stop:
        i = (n * 4099) % 9_000_000
        if b[i] != i & 255 or b[-1] != 255:
            wrong.append(i)
        n += 1
        ready.set()
t = threading.Thread(target=reader)
t.start()
ready.wait()
for i in range(400):
    b += piece
stop = True
t.join()
print(wrong, len(b), digest(b))

tracemalloc.start()
c = bytearray()
for i in range(400):
    c += piece
size, peak = tracemalloc.get_traced_memory()
print(len(c) <= size < 2 * len(c), digest(c))
del c
print(tracemalloc.get_traced_memory()[0] < 1_000_000)
tracemalloc.stop()

# expect: 13107200 True 255 1 True
# expect: 14744650 650af35698c7
# expect: Existing exports of data: object cannot be re-sized
# expect: Existing exports of data: object cannot be re-sized
# expect: Existing exports of data: object cannot be re-sized
# expect: Existing exports of data: object cannot be re-sized
# expect: 29489300 2e7f6c20176f
# expect: 29522069 6ed925137866 True
# expect: 29522069 effeddc794c8 True
# expect: bytearray(b'klmnopqrst') True
# expect: [] 23592960 21e2b065687a
# expect: True 1576abdfaadf
# expect: True
