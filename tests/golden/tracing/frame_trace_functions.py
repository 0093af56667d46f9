# A global trace function that returns None leaves the function that a suspended generator's frame has.
import sys
log = []
def local(frame, event, arg):
    log.append((event, frame.f_lineno - frame.f_code.co_firstlineno))
    return local
def tracer(frame, event, arg): return None
def gen():
    yield 0
    sys._getframe().f_trace = local
    yield 1
    yield 2
sys.settrace(tracer)
for i in gen(): pass
sys.settrace(None)
print(log)

# Jumps out of a call's argument: the callable is let go.
def jump(frame, event, arg):
    if frame.f_code is not target.__code__: return None
    if event == "line" and frame.f_lineno - frame.f_code.co_firstlineno == 3: frame.f_lineno += 2
    return jump
def target():
    x = []
    x.append(
        len("a") +
        len("b"))
    return x
sys.settrace(jump)
print(target())
sys.settrace(None)

# expect: [('line', 3), ('return', 3), ('line', 4), ('return', 4), ('return', 4)]
# expect: []
