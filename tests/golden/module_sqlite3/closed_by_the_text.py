# SPDX-License-Identifier: MIT
# A text whose hash or comparison, asked for when its statement is looked for, closes the connection.
# skip-cpython: it crashes
import sqlite3


class Sql(str):
    def __hash__(self):
        self.act(0)
        return hash("select 1")

    def __eq__(self, other):
        self.act(1)
        return False


def run(when):
    c = sqlite3.connect(":memory:")
    c.execute("create table t (a)")
    c.execute("select 1")
    for text in ("select 1", "insert into t values (1)", "select * from t"):
        sql = Sql(text)
        sql.act = lambda now: now == when and c.close()
        try:
            print(c.cursor().execute(sql).fetchall())
        except sqlite3.ProgrammingError as e:
            print(e)


run(0)
# expect: Cannot operate on a closed database.
# expect: Cannot operate on a closed database.
# expect: Cannot operate on a closed database.
run(1)
# expect: Cannot operate on a closed database.
# expect: Cannot operate on a closed database.
# expect: Cannot operate on a closed database.
