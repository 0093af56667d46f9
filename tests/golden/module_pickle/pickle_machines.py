# SPDX-License-Identifier: MIT
# Pickler and Unpickler: attributes, memo, hooks, and what nested use does.
import copyreg
import io
import pickle

f = io.BytesIO()
p = pickle.Pickler(f)
shared = [1, "a"]
p.dump([shared, shared])
memo = p.memo
print(type(memo), sorted((i, o) for i, o in memo.copy().values()), memo.__reduce__()[0], p.bin, p.fast)
p.dump(shared)
p.clear_memo()
p.dump(shared)
f.seek(0)
u = pickle.Unpickler(f)
first, second, third = u.load(), u.load(), u.load()
print(first, second, third, second is first[0], third is second, u.memo.copy())
memo.clear()
print(memo.copy(), p.memo is memo)
for value in 3, {1: 2}, {1: (2, 3, 4)}, {1: ("a", 3)}, {1: (2, shared)}:
    try:
        p.memo = value
        print(p.memo.copy() == {id(shared): (2, shared)})
    except TypeError as e:
        print(e)
for value in 3, {"a": 1}, {-1: 1}:
    try:
        u.memo = value
    except (TypeError, ValueError) as e:
        print(e)


class Outer:
    pass


class P(pickle.Pickler):
    def persistent_id(self, obj):
        return ("table", obj["table"]) if isinstance(obj, dict) and "table" in obj else None

    def reducer_override(self, obj):
        return (str, ("overridden",)) if obj is Outer else NotImplemented


class U(pickle.Unpickler):
    def persistent_load(self, pid):
        return {"loaded": pid}

    def find_class(self, module, name):
        print("find", module, name)
        return super().find_class(module, name)


for proto in 2, 5:
    f = io.BytesIO()
    P(f, proto).dump([{"table": "t"}, Outer, 1j, {}])
    f.seek(0)
    print(U(f).load())
f = io.BytesIO()
p = pickle.Pickler(f)
p.persistent_id = lambda obj: "one" if obj == 1 else None
p.dump([1, 2])
u = pickle.Unpickler(io.BytesIO(f.getvalue()))
u.persistent_load = lambda pid: pid * 2
print(u.load())
del p.persistent_id, u.persistent_load
print(p.persistent_id(1))


class C:
    pass


p = pickle.Pickler(f := io.BytesIO())
p.dispatch_table = copyreg.dispatch_table | {C: lambda c: (str, ("from the table",))}
p.dump(C())
print(pickle.loads(f.getvalue()))


class Again:
    def __init__(self, machine, *how):
        self.machine, self.how = machine, how

    def __reduce__(self):
        try:
            self.machine.dump(1)
        except RuntimeError as e:
            print(e)
        self.machine.clear_memo()
        return str, ("again",)


p = pickle.Pickler(io.BytesIO())
p.dump([Again(p), Again(p)])


def load_again():
    try:
        unpickler.load()
    except RuntimeError as e:
        print(e)
    return 1


unpickler = pickle.Unpickler(io.BytesIO(pickle.dumps(load_again, 0)[:-1] + b")R."))
print(unpickler.load())

# expect: <class '_pickle.PicklerMemoProxy'> [(0, [[1, 'a'], [1, 'a']]), (1, [1, 'a']), (2, 'a')] <class 'dict'> 1 0
# expect: [[1, 'a'], [1, 'a']] [1, 'a'] [1, 'a'] True False {0: [[1, 'a'], [1, 'a']], 1: [1, 'a'], 2: 'a', 3: [1, 'a'], 4: 'a'}
# expect: {} False
# expect: 'memo' attribute must be a PicklerMemoProxy object or dict, not int
# expect: 'memo' values must be 2-item tuples
# expect: 'memo' values must be 2-item tuples
# expect: an integer is required
# expect: True
# expect: 'memo' attribute must be an UnpicklerMemoProxy object or dict, not int
# expect: memo key must be integers
# expect: memo key must be positive integers.
# expect: find __builtin__ unicode
# expect: find __builtin__ complex
# expect: [{'loaded': ('table', 't')}, 'overridden', 1j, {}]
# expect: find builtins str
# expect: find builtins complex
# expect: [{'loaded': ('table', 't')}, 'overridden', 1j, {}]
# expect: ['oneone', 2]
# expect: None
# expect: from the table
# expect: Pickler object is already used
# expect: Pickler object is already used
# expect: Unpickler object is already used
# expect: 1
