import sys
def f():
    "doc"
print(sys.flags.optimize, f.__doc__, __debug__)
# flags: -OO

# expect: 2 None False
