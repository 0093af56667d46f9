# Lines that can never run are not seen by a trace function.
import sys

def lines(f, *args):
    seen = []
    def trace(frame, event, arg):
        if frame.f_code is f.__code__:
            if event == "line":
                seen.append(frame.f_lineno - f.__code__.co_firstlineno)
            return trace
    sys.settrace(trace)
    try:
        f(*args)
    finally:
        sys.settrace(None)
    return seen

def matched(c):
    match c:
        case 1:
            if False:
                return 1
        case _:
            if False:
                return 0

def in_loop(c):
    for i in range(2):
        if c:
            if 0:
                c = 4
        else:
            pass

def in_try():
    try:
        if False:
            x = 1
    except ValueError:
        pass

print(lines(matched, 1), lines(matched, 0))
print(lines(in_loop, 1))
print(lines(in_try))
# expect: [1, 2, 3] [1, 2, 5, 6]
# expect: [1, 2, 3, 1, 2, 3, 1]
# expect: [1, 2]
