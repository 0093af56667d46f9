# SPDX-License-Identifier: MIT
# skip-cpython: it crashes
import sqlite3

c = sqlite3.connect(":memory:")
cu = c.cursor()


def again(x):
    try:
        cu.execute("select 2")
    except sqlite3.ProgrammingError as e:
        print(e)
    return x


c.create_function("again", 1, again)
print(cu.execute("select again(1)").fetchall())
# expect: Recursive use of cursors not allowed.
# expect: [(1,)]
c.close()
