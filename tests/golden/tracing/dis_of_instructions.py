# skip-cpython: dis shows the instructions that there are, and these are Ladon's
# dis shows each instruction with the operand that says most, jumps with labels, handlers; with show_caches all operands.
import dis
def f(a, b):
    x = a + 1
    while x:
        x -= b
    return g(x).y
def g(x):
    global z
    z = lambda: x
for i in dis.get_instructions(f): print(i.label and f"L{i.label}:", i.opname, i.argrepr)
for i in dis.get_instructions(g): print(i.opname, i.argrepr.split(" at ")[0])
print(dis.Bytecode(f).dis().count("\n"))
for i in list(dis.get_instructions(f))[1:3]: print(i.opname, i.argval, i.cache_info)

# expect: None RESUME 
# expect: None ADD_RK 1
# expect: None JUMP_FORWARD to L2
# expect: L1: ISUB x
# expect: L2: JUMP_IF_TRUE to L1
# expect: None LOAD_GLOBAL g
# expect: None MOVE x
# expect: None CALL 
# expect: None LOAD_ATTR y
# expect: None RETURN_VALUE t0
# expect: RESUME 
# expect: MAKE_CELL x
# expect: MAKE_FUNCTION <code object <lambda>
# expect: MOVE x
# expect: BUILD_TUPLE 
# expect: SET_FUNCTION 
# expect: STORE_GLOBAL z
# expect: RETURN_CONST None
# expect: 15
# expect: ADD_RK 1 [('dst', 1, b'\x02\x00'), ('a', 1, b'\x00\x00'), ('k', 1, b'\x00\x00')]
# expect: JUMP_FORWARD 26 [('jBC', 2, b'\x01\x00\x00\x00')]
