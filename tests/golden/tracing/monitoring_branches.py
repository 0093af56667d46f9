# sys.monitoring: branches go left where the program goes on or back into a loop; the events of calls; tools that are cleared forget local events.
import sys
M = sys.monitoring
E = M.events
log = []
def record(name): return lambda code, *args: log.append((name, code.co_name) + args)

def lines(code):
    table = [(s, e, l - code.co_firstlineno) for s, e, l in code.co_lines() if l]
    return lambda offset: next(l for s, e, l in table if s <= offset < e)

def branches(n):
    for i in range(n):
        if i > 1:
            n = 0
        else:
            n = 1
    while n < 3:
        n += 1
    try:
        return n
    finally:
        len("")

M.use_tool_id(2, "test")
M.register_callback(2, E.BRANCH_LEFT, record("left"))
M.register_callback(2, E.BRANCH_RIGHT, record("right"))
M.set_local_events(2, branches.__code__, E.BRANCH_LEFT | E.BRANCH_RIGHT)
branches(3)
M.set_local_events(2, branches.__code__, 0)
line = lines(branches.__code__)
print([(side, line(src)) for side, _, src, dst in log])
known = {src: (left, right) for src, left, right in branches.__code__.co_branches()}
print(all(dst == known[src][side == "right"] for side, _, src, dst in log), len(known))

# Python functions with attributes have no C_RETURN.
def plain(): return len("")
def marked(): return plain()
marked.attribute = 1
log.clear()
for name in "PY_START", "PY_RETURN", "CALL", "C_RETURN": M.register_callback(2, getattr(E, name), record(name))
def caller(): return marked()
M.set_local_events(2, caller.__code__, E.PY_START | E.PY_RETURN | E.CALL)
M.set_local_events(2, marked.__code__, E.PY_START | E.PY_RETURN | E.CALL)
M.set_local_events(2, plain.__code__, E.PY_START | E.PY_RETURN | E.CALL)
caller()
print([(name, who) for name, who, *_ in log])
print(log[0][2])  # a function begins at offset 0

# What a cleared tool wanted of a code object is gone when its number is used again.
M.clear_tool_id(2)
log.clear()
M.register_callback(2, E.PY_START, record("start"))
plain()
print(log, M.get_local_events(2, plain.__code__))
M.free_tool_id(2)

# expect: [('left', 1), ('right', 2), ('left', 1), ('right', 2), ('left', 1), ('left', 2), ('right', 1), ('left', 6), ('left', 6), ('left', 6), ('right', 6)]
# expect: True 3
# expect: [('PY_START', 'caller'), ('CALL', 'caller'), ('PY_START', 'marked'), ('CALL', 'marked'), ('PY_START', 'plain'), ('CALL', 'plain'), ('C_RETURN', 'plain'), ('PY_RETURN', 'plain'), ('PY_RETURN', 'marked'), ('PY_RETURN', 'caller')]
# expect: 0
# expect: [] 0
