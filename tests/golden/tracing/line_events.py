# The line events of statements that leave blocks, of nested ifs, of loops, and the exception events of generators that end.
import sys

def events(f, drive=lambda r: r):
    first, log = f.__code__.co_firstlineno, []
    def tracer(frame, what, arg):
        if frame.f_code is f.__code__:
            text = f"{what[0]}{frame.f_lineno - first}"
            if what == "exception": text += f":{arg[0].__name__}{arg[1].args}"
            log.append(text)
            frame_line = [l for s, e, l in frame.f_code.co_lines() if s <= frame.f_lasti < e]
            assert frame_line == [frame.f_lineno], (frame_line, frame.f_lineno, frame.f_lasti)
        return tracer
    sys.settrace(tracer)
    try: drive(f())
    finally: sys.settrace(None)
    print(f.__name__, *log)

class CM:
    def __enter__(self): pass
    def __exit__(self, *a): pass

def break_finally():
    for i in range(2):
        try:
            if i:
                break
            i
        finally:
            i
    return i
def continue_finally():
    for i in range(2):
        try:
            continue
        finally:
            i
def return_finally():
    try:
        return 1
    finally:
        len("")
def return_with():
    with CM():
        return 1
def break_with():
    for i in 1, 2:
        with CM():
            break
def nested_ifs(a=1, b=1, c=0):
    if a:
        if b:
            if c:
                x = 1
        elif c:
            x = 2
        else:
            x = 3
    else:
        x = 4
def ifs_in_else():
    try:
        len("")
    except ValueError:
        pass
    else:
        if not len(""):
            pass
        if len(""):
            len("")
    finally:
        len("")
def one_line_loop():
    for i in 1, 2, 3: len("")
    while i: i -= 1
def cell(x=1):
    y = 2
    return lambda: x + y
def global_loop():
    global g
    for g in (1, 2):
        len("")
def gen(): yield 1; return 7
def stop():
    for i in gen():
        pass
    x = yield from gen()
async def co(): return 5
async def agen():
    yield 1
async def waits():
    await co()
    async for i in agen():
        len("")
        if i:
            pass
def drive(c):
    try: c.send(None)
    except StopIteration: pass

for f in break_finally, continue_finally, return_finally, return_with, break_with, nested_ifs, ifs_in_else, one_line_loop, cell, global_loop: events(f)
events(stop, list)
events(waits, drive)

# expect: break_finally c0 l1 l2 l3 l5 l7 l1 l2 l3 l4 l7 l8 r8
# expect: continue_finally c0 l1 l2 l3 l5 l1 l2 l3 l5 l1 r1
# expect: return_finally c0 l1 l2 l4 r4
# expect: return_with c0 l1 l2 l1 r1
# expect: break_with c0 l1 l2 l3 l2 r2
# expect: nested_ifs c0 l1 l2 l3 r3
# expect: ifs_in_else c0 l1 l2 l6 l7 l8 l11 r11
# expect: one_line_loop c0 l1 l1 l1 l1 l2 l2 l2 l2 r2
# expect: cell c0 l1 l2 r2
# expect: global_loop c0 l2 l3 l2 l3 l2 r2
# expect: stop c0 l1 l2 l1 e1:StopIteration(7,) l3 r3 c3 e3:StopIteration(7,) r3
# expect: waits c0 l1 e1:StopIteration(5,) l2 e2:StopIteration(1,) l3 l4 l5 l2 e2:StopAsyncIteration() r2
