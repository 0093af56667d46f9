import traceback
def f():
    try:
        {}["k"]
    except KeyError as e:
        raise ValueError("v") from e
try:
    try:
        f()
    except ValueError:
        raise TypeError("t")
except TypeError:
    print(traceback.format_exc().replace(__file__, "FILE"))

# expect: Traceback (most recent call last):
# expect:   File "FILE", line 4, in f
# expect:     {}["k"]
# expect:     ~~^^^^^
# expect: KeyError: 'k'
# expect:
# expect: The above exception was the direct cause of the following exception:
# expect:
# expect: Traceback (most recent call last):
# expect:   File "FILE", line 9, in <module>
# expect:     f()
# expect:     ~^^
# expect:   File "FILE", line 6, in f
# expect:     raise ValueError("v") from e
# expect: ValueError: v
# expect:
# expect: During handling of the above exception, another exception occurred:
# expect:
# expect: Traceback (most recent call last):
# expect:   File "FILE", line 11, in <module>
# expect:     raise TypeError("t")
# expect: TypeError: t
# expect:
