import threading
class A:
    n = 0
    def __del__(self):
        A.n += 1
objs = [A() for _ in range(1000)]
def work():
    while objs:
        try:
            objs.pop()
        except IndexError:
            pass
t = threading.Thread(target=work)
t.start()
t.join()
import gc
gc.collect()
print(A.n)  # expect: 1000
