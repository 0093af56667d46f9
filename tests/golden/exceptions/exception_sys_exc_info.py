import sys
print(sys.exc_info())  # expect: (None, None, None)
try:
    raise ValueError("v")
except ValueError:
    t, v, tb = sys.exc_info()
    print(t, v, tb.tb_lineno, sys.exception() is v)  # expect: <class 'ValueError'> v 4 True
print(sys.exc_info())  # expect: (None, None, None)
