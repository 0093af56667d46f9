# SPDX-License-Identifier: MIT
import sqlite3
import sys

c = sqlite3.connect(":memory:", isolation_level=None)
c.execute("create table t(a)")
c.executemany("insert into t values (?)", [("b",), ("a",), ("c",)])


class Join:
    def __init__(self):
        self.parts = []

    def step(self, x):
        self.parts.append(x)

    def inverse(self, x):
        self.parts.remove(x)

    def value(self):
        return "".join(self.parts)

    finalize = value


# A function may use the connection that calls it.
c.create_function("twice", 1, lambda x: c.execute("select ? || ?", (x, x)).fetchone()[0], deterministic=True)
c.create_aggregate("joined", 1, Join)
c.create_window_function("windowed", 1, Join)
c.create_collation("backwards", lambda x, y: (x < y) - (x > y))
print(c.execute("select twice(a) from t").fetchall(), c.execute("select joined(a) from t").fetchone())  # expect: [('bb',), ('aa',), ('cc',)] ('bac',)
print(c.execute("select windowed(a) over (order by a rows 1 preceding) from t").fetchall())  # expect: [('a',), ('ab',), ('bc',)]
print(c.execute("select a from t order by a collate backwards").fetchall())  # expect: [('c',), ('b',), ('a',)]
seen = []
c.set_trace_callback(seen.append)
c.execute("select ?", (5,)).fetchall()
c.set_trace_callback(None)
c.set_progress_handler(lambda: 1, 1)
try:
    c.execute("select a from t order by a").fetchall()
except sqlite3.OperationalError as e:
    print(e, seen)  # expect: interrupted ['select 5']
c.set_progress_handler(None, 1)
c.set_authorizer(lambda action, *rest: sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_READ else sqlite3.SQLITE_OK)
try:
    c.execute("select a from t")
except sqlite3.DatabaseError as e:
    print(e)  # expect: access to t.a is prohibited
c.set_authorizer(None)


def error(sql):
    try:
        return c.execute(sql).fetchall()
    except Exception as e:
        return "%s: %s" % (type(e).__name__, e)


class NoStep:
    def finalize(self):
        return 1


sys.unraisablehook = lambda u: print("ignored", u.exc_type.__name__)
sqlite3.enable_callback_tracebacks(True)
c.create_function("bad", 0, lambda: 1 / 0)
c.create_function("big", 0, lambda: 2**70)
c.create_aggregate("nostep", 1, NoStep)
c.create_collation("bad", lambda x, y: 1 / 0)
print(error("select bad()"))
# expect: ignored ZeroDivisionError
# expect: OperationalError: user-defined function raised exception
print(error("select big()"))
# expect: ignored OverflowError
# expect: DataError: string or blob too big
print(error("select nostep(a) from t limit 1"))
# expect: ignored AttributeError
# expect: OperationalError: user-defined aggregate's 'step' method not defined
print(error("select a from t order by a collate bad"))  # expect: ZeroDivisionError: division by zero
c.close()
