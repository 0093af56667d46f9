import sys
def f():
    x = 1
    return g()
def g():
    fr = sys._getframe()
    return fr.f_code.co_name, fr.f_back.f_code.co_name, fr.f_back.f_locals["x"], fr.f_lineno, fr.f_back.f_back.f_code.co_name, "f" in fr.f_globals
print(f())  # expect: ('g', 'f', 1, 7, '<module>', True)
def h():
    y = 1
    sys._getframe().f_locals["y"] = 5
    return y
print(h())  # expect: 5
