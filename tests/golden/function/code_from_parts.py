# types.CodeType() makes a code object from the attributes of another: what pickles functions by value does so.
import inspect, types

FIELDS = ("argcount posonlyargcount kwonlyargcount nlocals stacksize flags code consts names varnames filename name qualname firstlineno linetable "
          "exceptiontable freevars cellvars").split()

def parts(code):
    return [getattr(code, "co_" + f) for f in FIELDS]

def again(code):
    values = parts(code)
    values[7] = tuple(again(k) if isinstance(k, types.CodeType) else k for k in code.co_consts)
    made = types.CodeType(*values)
    assert made == code and hash(made) == hash(code) and parts(made) == parts(code)
    assert list(made.co_positions()) == list(code.co_positions()) and list(made.co_lines()) == list(code.co_lines())
    return made

def rebuilt(f):
    return types.FunctionType(again(f.__code__), f.__globals__, f.__name__, f.__defaults__, f.__closure__)

def plain(a, b=2, *args, c, **more):
    return a.real + b + len(args) + c + len(more)

def handlers(n):
    out = []
    for i in range(n):
        try:
            try:
                [1, 2][i]
                {}[i] if i == 1 else out.append(i)
            except IndexError as e:
                out.append(type(e).__name__)
                raise ValueError(i) from e
            finally:
                out.append("finally")
        except* ValueError as group:
            out.append(len(group.exceptions))
        except* KeyError:
            out.append("key")
    return out

def closure(x):
    def add(y):
        nonlocal x
        x += y
        return [lambda: (x, z, y) for z in range(2)]
    return add

def generator(n):
    try:
        got = yield from (k * k for k in range(n))
        while True:
            got = yield got
    finally:
        yield "end"

class Base:
    def name(self):
        return "base"

def make(decorate):
    class C(Base):
        T = 2
        values = [k for k in range(T)]
        def name(self):
            return "C of " + super().name() + __class__.__name__
        @decorate
        def chain(self, o):
            return o.real.imag.real, [x for x in range(2)], {k: v for k, v in zip("ab", [1, 2])}, f"{o!r:>3}", o[0:1] if o == () else o
    return C

async def coroutine(n):
    async def inner():
        return n
    return [await inner() for _ in range(2)]

def match(v):
    match v:
        case {"k": x, **rest}: return x, rest
        case [a, *_, b]: return a, b
        case int(real=r) if r > 3: return r
        case _: return None

print(rebuilt(plain)(1, 2, 3, c=4, d=5))  # expect: 9
print(rebuilt(handlers)(4) == handlers(4))  # expect: True
f = rebuilt(closure)(1)
print([g() for g in f(5)])  # expect: [(6, 1, 5), (6, 1, 5)]
g = rebuilt(generator)(3)
print(next(g), next(g), next(g), next(g), g.send(7), g.throw(KeyError))  # expect: 0 1 4 None 7 end
C = rebuilt(make)(lambda f: f)
print(C().name(), C().chain(3), C.values)  # expect: C of baseC (0, [0, 1], {'a': 1, 'b': 2}, '  3', 3) [0, 1]
try:
    rebuilt(coroutine)(1).send(None)
except StopIteration as e:
    print(e.value)  # expect: [1, 1]
print([rebuilt(match)(v) for v in ({"k": 1, "l": 2}, [1, 2, 3], 5, 2)])  # expect: [(1, {'l': 2}), (1, 3), 5, None]
exec(again(compile("a = [x for x in range(3)]\nclass K: b = 1\nprint(a, K.b)", "f", "exec")))  # expect: [0, 1, 2] 1
print(eval(again(compile("(lambda q: q + 1)(2)", "f", "eval"))))  # expect: 3
print(str(inspect.signature(rebuilt(plain))))  # expect: (a, b=2, *args, c, **more)

# An error has the lines of the source.
def fails():
    x = 1
    return x / 0
try:
    rebuilt(fails)()
except ZeroDivisionError as e:
    print(e.__traceback__.tb_next.tb_lineno - fails.__code__.co_firstlineno)  # expect: 2

# Parts of another function.
def one(): return "one"
def two(): return "two"
print(types.FunctionType(one.__code__.replace(co_code=two.__code__.co_code, co_consts=two.__code__.co_consts), {})())  # expect: two

values = parts(plain.__code__)
def attempt(*args):
    try:
        types.CodeType(*args)
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
attempt(*values[:15])                                  # expect: TypeError code expected at least 16 arguments, got 15
attempt(*values, 1)                                    # expect: TypeError code expected at most 18 arguments, got 19
attempt(*values[:6], "text", *values[7:])              # expect: TypeError code() argument 7 must be bytes, not str
attempt(*values[:8], [], *values[9:])                  # expect: TypeError code() argument 9 must be tuple, not list
attempt(*values[:10], b"", *values[11:])               # expect: TypeError code() argument 11 must be str, not bytes
attempt(*values[:17], None)                            # expect: TypeError code() argument 18 must be tuple, not None
attempt(1.0, *values[1:])                              # expect: TypeError 'float' object cannot be interpreted as an integer
attempt(-1, *values[1:])                               # expect: ValueError code: argcount must not be negative
attempt(*values[:3], 0, *values[4:])                   # expect: ValueError code: co_nlocals != len(co_varnames)
try:
    plain.__code__.replace(co_argcount=-1)
except ValueError as e:
    print(e)                                           # expect: co_argcount must be a positive integer
