# SPDX-License-Identifier: MIT
# A connection that is closed in the middle of a statement: the statement goes on, without the connection's hooks.
# skip-cpython: it crashes
import sqlite3


def fresh():
    c = sqlite3.connect(":memory:", isolation_level=None)
    c.execute("create table t (a)")
    c.executemany("insert into t values (?)", [(i,) for i in range(500)])
    seen = []
    c.set_progress_handler(lambda: seen.append(1), 1)
    c.set_trace_callback(seen.append)
    c.set_authorizer(lambda *a: 0)
    return c, seen


def run(end):
    c, seen = fresh()
    c.create_function("f", 1, lambda x: (x == 3 and end(c), x)[1])
    cursor = c.cursor()
    try:
        print(cursor.execute("select sum(f(a)) from t").fetchone())
    except sqlite3.ProgrammingError as e:
        print(e)
    try:
        print(len(seen) > 3, cursor.execute("select 1").fetchone())
    except sqlite3.ProgrammingError as e:
        print(e)


run(lambda c: c.close())
# expect: Cannot operate on a closed database.
# expect: Cannot operate on a closed database.
run(lambda c: c.set_progress_handler(None, 1))
# expect: (124750,)
# expect: True (1,)
run(lambda c: c.set_trace_callback(None))
# expect: (124750,)
# expect: True (1,)
