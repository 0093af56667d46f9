# Audit events of compile(), eval() and exec(); hooks are out of a trace function's sight unless they say __cantrace__.
import ast, sys
log = []
class Hook:
    def __call__(self, event, args):
        if event in ("compile", "exec"):
            log.append((event, [getattr(a, "co_filename", a) if not isinstance(a, ast.AST) else "tree" for a in args]))
hook = Hook()
tree = ast.parse("z = 1")
sys.addaudithook(hook)
eval(" 1"); eval(b"2"); exec("x = 1"); exec(compile("y = 1", "f", "exec")); eval(compile("3", "g", "eval")); compile(tree, "k", "exec")
calls = []
def tracer(frame, event, arg):
    if frame.f_code is Hook.__call__.__code__: calls.append(event)
sys.settrace(tracer)
eval("1")
print(len(calls))
hook.__cantrace__ = True
eval("1")
print(len(calls))
hook.__cantrace__ = 0
eval("1")
sys.settrace(None)
print(len(calls))
print(*log[:11], sep="\n")

# expect: 0
# expect: 2
# expect: 2
# expect: ('compile', [b'1', '<string>'])
# expect: ('exec', ['<string>'])
# expect: ('compile', [b'2', '<string>'])
# expect: ('exec', ['<string>'])
# expect: ('compile', [b'x = 1', '<string>'])
# expect: ('exec', ['<string>'])
# expect: ('compile', [b'y = 1', 'f'])
# expect: ('exec', ['f'])
# expect: ('compile', [b'3', 'g'])
# expect: ('exec', ['g'])
# expect: ('compile', ['tree', None])
