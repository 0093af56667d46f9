import traceback
def show(f):
    try:
        f()
    except Exception:
        print("\n".join(traceback.format_exc().replace(__file__, "FILE").splitlines()[3:]))
class A: pass
a = A()
d = {"k": {}}
def f1(): return a.x.y.z
def f2(): return d["k"]["missing"] + 1
def f3(): return (1 + 2) * (3 / 0) + 4
def f4(): return len(5, 6)
def f5():
    x = [1, 2, 3]
    x[10] = 5
def f6():
    return sorted([1, "a"],
                  key=None)
def f7(): return "é" + "日本" + 5
def f8(): raise ValueError("x")
def f9(): return [i / 0 for i in range(2)]
for f in (f1, f2, f3, f4, f5, f6, f7, f8, f9): show(f)

# expect:     ~^^
# expect:   File "FILE", line 10, in f1
# expect:     def f1(): return a.x.y.z
# expect:                      ^^^
# expect: AttributeError: 'A' object has no attribute 'x'
# expect:     ~^^
# expect:   File "FILE", line 11, in f2
# expect:     def f2(): return d["k"]["missing"] + 1
# expect:                      ~~~~~~^^^^^^^^^^^
# expect: KeyError: 'missing'
# expect:     ~^^
# expect:   File "FILE", line 12, in f3
# expect:     def f3(): return (1 + 2) * (3 / 0) + 4
# expect:                                 ~~^~~
# expect: ZeroDivisionError: division by zero
# expect:     ~^^
# expect:   File "FILE", line 13, in f4
# expect:     def f4(): return len(5, 6)
# expect:                      ~~~^^^^^^
# expect: TypeError: len() takes exactly one argument (2 given)
# expect:     ~^^
# expect:   File "FILE", line 16, in f5
# expect:     x[10] = 5
# expect:     ~^^^^
# expect: IndexError: list assignment index out of range
# expect:     ~^^
# expect:   File "FILE", line 18, in f6
# expect:     return sorted([1, "a"],
# expect:                   key=None)
# expect: TypeError: '<' not supported between instances of 'str' and 'int'
# expect:     ~^^
# expect:   File "FILE", line 20, in f7
# expect:     def f7(): return "é" + "日本" + 5
# expect:                      ~~~~~~~~~~~~~^~~
# expect: TypeError: can only concatenate str (not "int") to str
# expect:     ~^^
# expect:   File "FILE", line 21, in f8
# expect:     def f8(): raise ValueError("x")
# expect:               ^^^^^^^^^^^^^^^^^^^^^
# expect: ValueError: x
# expect:     ~^^
# expect:   File "FILE", line 22, in f9
# expect:     def f9(): return [i / 0 for i in range(2)]
# expect:                       ~~^~~
# expect: ZeroDivisionError: division by zero
