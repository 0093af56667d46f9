# At an "opcode" event f_lineno agrees with the code's co_lines(): None where an instruction belongs to no line. pdb stops at none of those.
import io, pdb, sys
def line(frame):
    for start, end, line in frame.f_code.co_lines():
        if start <= frame.f_lasti < end:
            return line
seen = set()
def trace(frame, event, arg):
    if frame.f_code is f.__code__:
        frame.f_trace_opcodes = True
        if event == "opcode":
            seen.add(frame.f_lineno == line(frame))
        return trace
def f():
    for i in range(2):
        pass
    try:
        raise ValueError
    except ValueError as e:
        x = 1
    return [i for i in (1, 2)] and 3
sys.settrace(trace)
f()
sys.settrace(None)
print(seen)  # expect: {True}
def g():
    debugger = pdb.Pdb(stdin=io.StringIO("p 1 + 1\ncontinue\n"), stdout=out, nosigint=True, readrc=False)
    [1, 2] and debugger.set_trace()
    a = 1
out = io.StringIO()
g()
print(out.getvalue().splitlines()[1])  # expect: -> a = 1
