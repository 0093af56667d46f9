import traceback
def f(): raise ValueError("inner")
try:
    try:
        f()
    except ValueError as e:
        raise ExceptionGroup("group", [e, TypeError("t"), ExceptionGroup("nested", [KeyError("k")])])
except ExceptionGroup:
    print(traceback.format_exc().replace(__file__, "FILE"))

# expect: Traceback (most recent call last):
# expect:   File "FILE", line 5, in <module>
# expect:     f()
# expect:     ~^^
# expect:   File "FILE", line 2, in f
# expect:     def f(): raise ValueError("inner")
# expect:              ^^^^^^^^^^^^^^^^^^^^^^^^^
# expect: ValueError: inner
# expect:
# expect: During handling of the above exception, another exception occurred:
# expect:
# expect:   + Exception Group Traceback (most recent call last):
# expect:   |   File "FILE", line 7, in <module>
# expect:   |     raise ExceptionGroup("group", [e, TypeError("t"), ExceptionGroup("nested", [KeyError("k")])])
# expect:   | ExceptionGroup: group (3 sub-exceptions)
# expect:   +-+---------------- 1 ----------------
# expect:     | Traceback (most recent call last):
# expect:     |   File "FILE", line 5, in <module>
# expect:     |     f()
# expect:     |     ~^^
# expect:     |   File "FILE", line 2, in f
# expect:     |     def f(): raise ValueError("inner")
# expect:     |              ^^^^^^^^^^^^^^^^^^^^^^^^^
# expect:     | ValueError: inner
# expect:     +---------------- 2 ----------------
# expect:     | TypeError: t
# expect:     +---------------- 3 ----------------
# expect:     | ExceptionGroup: nested (1 sub-exception)
# expect:     +-+---------------- 1 ----------------
# expect:       | KeyError: 'k'
# expect:       +------------------------------------
# expect:
