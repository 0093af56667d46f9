import threading
gone = []
class A:
    def __del__(self):
        gone.append(1)  # finalizers may run in both threads at once; append is atomic
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
print(len(gone))  # expect: 1000
