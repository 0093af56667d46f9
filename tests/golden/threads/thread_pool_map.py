from concurrent.futures import ThreadPoolExecutor, as_completed, wait
with ThreadPoolExecutor(4) as ex:
    print(list(ex.map(lambda x: x * x, range(10))))  # expect: [0, 1, 4, 9, 16, 25, 36, 49, 64, 81]
    fs = [ex.submit(pow, 2, i) for i in range(5)]
    print(sorted(f.result() for f in as_completed(fs)), wait(fs).not_done)  # expect: [1, 2, 4, 8, 16] set()
    bad = ex.submit(lambda: 1 / 0)
    try:
        bad.result()
    except ZeroDivisionError as e:
        print(e, type(bad.exception()).__name__)  # expect: division by zero ZeroDivisionError
try:
    ex.submit(print)
except RuntimeError as e:
    print(e)  # expect: cannot schedule new futures after shutdown
