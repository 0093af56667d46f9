# The frame of a traceback, once it has ended: f_lineno is the line that raised last, not that of clean-up code.
def in_except():
    try:
        1 / 0
    except:
        1 / 0
        pass

def other_except():
    try:
        1 / 0
    except TypeError as ex:
        pass

def in_named_except():
    try:
        1 / 0
    except Exception as ex:
        1 / 0
        pass

def in_try():
    try:
        1 / 0
    finally:
        pass

def in_finally():
    try:
        1 / 0
    finally:
        1 / 0
        pass

class Noop:
    def __enter__(self): pass
    def __exit__(self, *args): pass

def in_with():
    with Noop():
        1 / 0
        pass

def in_with_in_with():
    with Noop():
        with Noop(), Noop():
            pass
            1 / 0
        pass

def again():
    try:
        1 / 0
    except ZeroDivisionError:
        raise
        pass

for f in in_except, other_except, in_named_except, in_try, in_finally, in_with, in_with_in_with, again:
    try:
        f()
    except Exception as e:
        tb = e.__traceback__.tb_next
        print(f.__name__, tb.tb_lineno - f.__code__.co_firstlineno, tb.tb_frame.f_lineno - f.__code__.co_firstlineno)
# expect: in_except 4 4
# expect: other_except 2 3
# expect: in_named_except 4 4
# expect: in_try 2 4
# expect: in_finally 4 4
# expect: in_with 2 2
# expect: in_with_in_with 4 4
# expect: again 2 4
