import time
a = time.monotonic()
time.sleep(0.02)
print(time.monotonic() - a >= 0.02, time.time() > 1e9, time.time_ns() > 10 ** 18, time.gmtime(0)[:6], time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(86400 * 365)), time.mktime(time.gmtime(0)) is not None, time.perf_counter_ns() > 0, time.strptime("2024-02-29", "%Y-%m-%d").tm_yday)
try:
    time.sleep(-1)
except ValueError as e:
    print(e)

# expect: True True True (1970, 1, 1, 0, 0, 0) 1971-01-01 00:00:00 True True 60
# expect: sleep length must be non-negative
