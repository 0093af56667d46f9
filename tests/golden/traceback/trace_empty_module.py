# A module without statements has a line event all the same, so that debuggers stop in it.
import sys


def trace(frame, event, arg):
    if frame.f_code.co_filename == "empty":
        print(event, frame.f_lineno)
    return trace


for text in ("", "# nothing", "\n\nx = 1"):
    code = compile(text, "empty", "exec")
    sys.settrace(trace)
    exec(code, {})
    sys.settrace(None)
# expect: call 0
# expect: line 0
# expect: return 0
# expect: call 0
# expect: line 0
# expect: return 0
# expect: call 0
# expect: line 3
# expect: return 3
