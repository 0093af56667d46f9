# What programs read of code objects: lines, positions, tables, offsets, and what replace() accepts.
import dis, inspect, sys

def f(a, b=2, *, c=3):
    x = a + b
    for i in range(3):
        if i > x:
            print(undefined, f, x.real)
    try:
        return [y for y in (1, 2)]
    finally:
        del x

code = f.__code__
first = code.co_firstlineno
# Ranges follow each other without gaps, and findlinestarts gives the lines.
end = 0
for start, stop, line in code.co_lines():
    assert start == end and stop > start, (start, stop, end)
    end = stop
assert end == len(code.co_code)
print(sorted({line - first for _, _, line in code.co_lines() if line}))  
print(len(list(code.co_positions())) == len(code.co_code) // 2)
print(sorted({line - first for _, line in dis.findlinestarts(code) if line}))
# The positions agree with the lines.
lines = [line for s, e, line in code.co_lines() for _ in range(s, e, 2)]
print(all(p[0] == l for p, l in zip(code.co_positions(), lines)))
# Instructions lie where co_code says, each at its position.
for i in dis.get_instructions(code):
    assert code.co_code[i.offset] == i.opcode and i.line_number == lines[i.offset // 2] == i.positions.lineno
names = {i.argval for i in dis.get_instructions(code) if i.opname == "LOAD_GLOBAL"}
print(sorted(names))
print(all(t in {i.offset for i in dis.get_instructions(code)} for t in dis.findlabels(code.co_code)))
print({k: sorted(v) for k, v in inspect.getclosurevars(f)._asdict().items()})

# Tables can be given back, and lines move with the first one.
same = code.replace(co_linetable=code.co_linetable, co_code=code.co_code, co_exceptiontable=code.co_exceptiontable)
print(same == code, list(same.co_positions()) == list(code.co_positions()))
moved = code.replace(co_firstlineno=first + 1000)
print([l - 1000 - first for _, _, l in moved.co_lines() if l] == [l - first for _, _, l in code.co_lines() if l])
print(list(code.replace(co_linetable=b"").co_lines()))
table = bytes([0x80 | 13 << 3 | 7, 2 * 5] + [0x80 | 13 << 3 | 7, 0] * 200)  # everything is five lines behind the first
print({l - first for _, _, l in code.replace(co_linetable=table).co_lines() if l} <= {0, 5})
g = f.__code__.replace(co_name="g", co_qualname="q", co_filename="file", co_names=tuple("n" + n for n in code.co_names), co_varnames=tuple("v" + n for n in code.co_varnames))
print(g.co_name, g.co_qualname, g.co_filename, g.co_varnames[:3], g != code)
for bad in dict(co_argcount=-1), dict(co_consts=[]), dict(co_varnames=()):
    try: code.replace(**bad)
    except (ValueError, TypeError) as e: print(type(e).__name__)

# f_lasti and tb_lasti are offsets of instructions.
offsets = {}
def where():
    frame = sys._getframe(1)
    offsets[frame.f_lasti] = frame.f_lineno - frame.f_code.co_firstlineno
def calls():
    where()
    a = [where(),
         where()]
    1 / 0
try: calls()
except ZeroDivisionError as e: tb = e.__traceback__.tb_next
by_offset = {i.offset: i for i in dis.get_instructions(calls)}
print([line for _, line in sorted(offsets.items())], all(o in by_offset for o in offsets), tb.tb_lasti in by_offset)
print([by_offset[o].positions.lineno - calls.__code__.co_firstlineno for o in sorted(offsets)], by_offset[tb.tb_lasti].positions.col_offset)

# expect: [0, 1, 2, 3, 4, 5, 6, 8]
# expect: True
# expect: [0, 1, 2, 3, 4, 5, 6, 8]
# expect: True
# expect: ['f', 'print', 'range', 'undefined']
# expect: True
# expect: {'nonlocals': [], 'globals': ['f'], 'builtins': ['print', 'range'], 'unbound': ['real', 'undefined']}
# expect: True True
# expect: True
# expect: []
# expect: True
# expect: g q file ('va', 'vb', 'vc') True
# expect: ValueError
# expect: TypeError
# expect: ValueError
# expect: [1, 2, 3] True True
# expect: [1, 2, 3] 4
