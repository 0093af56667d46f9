# SPDX-License-Identifier: MIT
# Classes that only a library, or the runtime itself, still knows are no garbage.
import gc
import sqlite3
import sys


def collect():
    gc.collect()
    return [type("Other%d" % i, (), {}) for i in range(50)]


c = sqlite3.connect(":memory:")
c.execute("create table t (a)")
c.executemany("insert into t values (?)", [(i,) for i in range(5)])


def functions():
    class Total:
        def __init__(self):
            self.n = 0

        def step(self, x):
            collect()
            self.n += x

        def inverse(self, x):
            self.n -= x

        def value(self):
            return self.n
        finalize = value

    class Name(str):
        def __new__(cls, x):
            return cls.__name__ + "x" * x

    class Order:
        def __new__(cls, a, b):
            return (a < b) - (a > b)
    c.create_aggregate("total_of", 1, Total)
    c.create_window_function("total_over", 1, Total)
    c.create_function("name_of", 1, Name)
    c.create_collation("backwards", Order)


functions()
collect()
print(c.execute("select total_of(a) from t").fetchone())  # expect: (10,)
print(c.execute("select total_over(a) over (order by a rows 1 preceding) from t").fetchall())  # expect: [(0,), (1,), (3,), (5,), (7,)]
print(c.execute("select name_of(a) from t where a < 2").fetchall())  # expect: [('Name',), ('Namex',)]
print(c.execute("select a from t order by cast(a as text) collate backwards").fetchall())  # expect: [(4,), (3,), (2,), (1,), (0,)]

# A statement that is not done keeps the database, with its functions, when the connection is gone.
statement = c.execute("select total_of(a) from t")
del c
collect()
print(statement.fetchone())  # expect: (10,)
del statement
collect()

seen = []
m = sys.monitoring


def callbacks():
    class Start:
        def __new__(cls, code, offset):
            if code.co_name == "called":
                seen.append(cls.__name__)
    m.use_tool_id(4, "t")
    m.register_callback(4, m.events.PY_START, Start)


def called():
    pass


callbacks()
collect()
m.set_events(4, m.events.PY_START)
called()
m.free_tool_id(4)
print(seen)  # expect: ['Start']


def forgotten():
    import array
    del sys.modules["array"]
    return array.array("i", [1])


a = forgotten()
collect()
print(a.__reduce_ex__(3)[0].__name__)  # expect: _array_reconstructor
