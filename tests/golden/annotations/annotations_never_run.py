# What is annotated with in a function, or behind a target that is no name, is only looked at for errors: its names bind nothing and no closure takes them.
def error(text):
    try:
        compile(text, "x", "exec")
        print("compiled")
    except SyntaxError as e:
        print(e.msg, e.offset)
def foo():
    outer = 1
    def bar():
        inner: outer = 1
        (x): outer
        a.b: outer = 1
    return bar
print(foo().__closure__, foo.__code__.co_cellvars)  # expect: None ()
error("def f():\n x: [y async for y in z]")  # expect: asynchronous comprehension outside of an asynchronous function 5
error("async def f():\n (x): {y async for y in z}")  # expect: asynchronous comprehension outside of an asynchronous function 7
error("(x): {y: y async for y in z}")  # expect: asynchronous comprehension outside of an asynchronous function 6
error("(x): (y async for y in z)")  # expect: compiled
error("def f(): (x): (yield)")  # expect: yield expression cannot be used within an annotation 16
error("class X: x: [z := 1 for y in x]")  # expect: assignment expression within a comprehension cannot be used in a class body 14
error("from __future__ import annotations\nx: [y async for y in z]")  # expect: asynchronous comprehension outside of an asynchronous function 4
error("class A[__classdict__]: pass")  # expect: reserved name '__classdict__' cannot be used for type parameter 9
error("type T[__classdict__] = int")  # expect: reserved name '__classdict__' cannot be used for type parameter 8
space = {}
exec("from __future__ import annotations\nx: t'{a    +  b}'\ny: f'{a    +  b}'\nz: t'{a   +  b!r:>5} {{x}}'\nw: t'{ {1} }'", space)
print(space["__annotations__"])
# expect: {'x': "t'{a    +  b}'", 'y': "f'{a + b}'", 'z': "t'{a   +  b!r:>5} {{x}}'", 'w': "t'{ {1} }'"}
future = {}
exec("""
from __future__ import annotations
def foo():
    outer = 1
    def bar(a: outer, *b: outer, **c: outer) -> outer:
        inner: outer = 1
    class X:
        b: outer
    return bar, X
""", future)
bar, X = future["foo"]()
print(bar.__closure__, bar.__annotations__, X.__annotations__)  # expect: None {'a': 'outer', 'b': 'outer', 'c': 'outer', 'return': 'outer'} {'b': 'outer'}
