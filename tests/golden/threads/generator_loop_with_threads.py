"""Loops over generators and appends while there are other threads: values, errors, reentrance, and two threads on one generator."""
import threading

stop = threading.Event()
other = threading.Thread(target=stop.wait)
other.start()


def numbers(n):
    for i in range(n):
        yield i


def nested(n):
    try:
        for i in numbers(n):
            yield from (i, -i)
    finally:
        print("closed")


print(sum(x for x in nested(1000)))
for x in nested(3):
    if x == -1:
        break
del x


def failing():
    yield 1
    raise KeyError("inside")


try:
    for x in failing():
        print(x)
except KeyError as e:
    print(repr(e), e.__traceback__.tb_next.tb_frame.f_code.co_name)


def itself():
    for x in me:
        yield x


me = itself()
try:
    for x in me:
        print(x)
except ValueError as e:
    print(e)

squares = [i * i for i in range(100)]
squares.append("end")
print(len(squares), squares[-2:])

shared, taken, errors = numbers(20000), [], []


def take():
    mine = []
    while True:
        try:
            for x in shared:
                mine.append(x)
            break
        except ValueError:
            errors.append(1)
    taken.extend(mine)


threads = [threading.Thread(target=take) for _ in range(3)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(sorted(taken) == list(range(20000)))
stop.set()
other.join()

# expect: closed
# expect: 0
# expect: closed
# expect: 1
# expect: KeyError('inside') failing
# expect: generator already executing
# expect: 101 [9801, 'end']
# expect: True
