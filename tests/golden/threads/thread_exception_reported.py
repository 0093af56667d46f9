import threading
def work():
    raise ValueError("in thread")
t = threading.Thread(target=work, name="worker")
t.start()
t.join()
print("main goes on")  # expect: main goes on
# expect-stderr: Exception in thread worker:
# expect-stderr: ValueError: in thread
