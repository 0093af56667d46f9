import traceback
def f(n):
    if n == 0:
        raise ValueError("deep")
    f(n - 1)
try:
    f(20)
except ValueError:
    print(traceback.format_exc().replace(__file__, "FILE"))

# expect: Traceback (most recent call last):
# expect:   File "FILE", line 7, in <module>
# expect:     f(20)
# expect:     ~^^^^
# expect:   File "FILE", line 5, in f
# expect:     f(n - 1)
# expect:     ~^^^^^^^
# expect:   File "FILE", line 5, in f
# expect:     f(n - 1)
# expect:     ~^^^^^^^
# expect:   File "FILE", line 5, in f
# expect:     f(n - 1)
# expect:     ~^^^^^^^
# expect:   [Previous line repeated 17 more times]
# expect:   File "FILE", line 4, in f
# expect:     raise ValueError("deep")
# expect: ValueError: deep
# expect:
