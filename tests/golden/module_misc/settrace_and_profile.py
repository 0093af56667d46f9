import sys
events = []
def tracer(frame, event, arg):
    if frame.f_code.co_name == "f": events.append((event, frame.f_lineno - frame.f_code.co_firstlineno))
    return tracer
def f(x):
    y = x + 1
    return y
sys.settrace(tracer)
f(1)
sys.settrace(None)
print(events, sys.gettrace())  # expect: [('call', 0), ('line', 1), ('line', 2), ('return', 2)] None
