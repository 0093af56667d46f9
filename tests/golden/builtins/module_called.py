# Calling a module that holds something callable of its own name: the message says so.
import types
m = types.ModuleType("mod")
def call(f, *args):
    try:
        f(*args)
    except TypeError as e:
        print(e)
m.mod = 1
call(m)  # expect: 'module' object is not callable
m.mod = len
call(m)  # expect: 'module' object is not callable. Did you mean: 'mod.mod(...)'?
try:
    m(1, k=2)
except TypeError as e:
    print(e)  # expect: 'module' object is not callable. Did you mean: 'mod.mod(...)'?
m.__name__ = 5
call(m)  # expect: 'module' object is not callable
class M(types.ModuleType):
    def __getattr__(self, name): 1 / 0
call(M("zz"))  # expect: 'M' object is not callable
import pprint
call(pprint, {})  # expect: 'module' object is not callable. Did you mean: 'pprint.pprint(...)'?
try:
    sorted([1], key=pprint)
except TypeError as e:
    print(e)  # expect: 'module' object is not callable. Did you mean: 'pprint.pprint(...)'?
