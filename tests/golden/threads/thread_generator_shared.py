import threading
def g():
    for i in range(5000):
        yield i
it = g()
errors, got = [], []
def work():
    while True:
        try:
            got.append(next(it))
        except StopIteration:
            return
        except ValueError as e:
            errors.append(str(e))
ts = [threading.Thread(target=work) for _ in range(4)]
for t in ts: t.start()
for t in ts: t.join()
print(sorted(got) == list(range(5000)), set(errors) <= {"generator already executing"})  # expect: True True
