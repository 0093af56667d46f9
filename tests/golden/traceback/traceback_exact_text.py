import traceback, sys
def a(x): return b(x)
def b(x):
    return 1 / x
try:
    a(0)
except ZeroDivisionError:
    text = traceback.format_exc().replace(__file__, "FILE")
    print(text)

# expect: Traceback (most recent call last):
# expect:   File "FILE", line 6, in <module>
# expect:     a(0)
# expect:     ~^^^
# expect:   File "FILE", line 2, in a
# expect:     def a(x): return b(x)
# expect:                      ~^^^
# expect:   File "FILE", line 4, in b
# expect:     return 1 / x
# expect:            ~~^~~
# expect: ZeroDivisionError: division by zero
# expect:
