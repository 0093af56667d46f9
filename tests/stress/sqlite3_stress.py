# SPDX-License-Identifier: MIT
"""A connection, its cursors and blobs that threads use, close and interrupt at once, with functions in Python; each closed one is replaced."""
import sqlite3
from _hammer import hammer


def fresh():
    c = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
    c.executescript("create table t(a integer primary key, b); create table f(b blob); insert into f values (zeroblob(100));")
    c.executemany("insert into t values (?, ?)", [(i, "text %d" % i) for i in range(50)])
    c.create_function("twice", 1, lambda x: x * 2)
    c.create_collation("back", lambda x, y: (x < y) - (x > y))
    return c


def give_up(status, remaining, total):
    if status not in (sqlite3.SQLITE_OK, sqlite3.SQLITE_DONE):
        raise sqlite3.OperationalError("somebody writes")


box = [fresh()]
cursors = [box[0].cursor()]
blobs = [box[0].blobopen("f", "b", 1)]


def query(rng):
    c = box[0]
    k = rng.randrange(5)
    if k == 0:
        c.execute("select twice(b) from t where a < ?", (rng.randrange(50),)).fetchall()
    elif k == 1:
        c.execute("select b from t order by b collate back").fetchmany(5)
    elif k == 2:
        c.execute("insert or replace into t values (?, ?)", (rng.randrange(100), "new"))
    elif k == 3:
        for row in c.execute("select * from t limit 7"):
            row[0]
    else:
        c.executemany("update t set b = ? where a = ?", [("u", i) for i in range(5)])


def share(rng):
    k = rng.randrange(7)
    cu = cursors[0]
    if k == 0:
        cu.execute("select a, b from t where a > ?", (rng.randrange(50),))
    elif k == 1:
        cu.fetchone(), cu.description, cu.rowcount, cu.lastrowid
    elif k == 2:
        cu.fetchall()
    elif k == 3:
        b = blobs[0]
        b.seek(rng.randrange(90)), b.read(5), b[3], len(b)
        b[1:4] = b"abc"
    elif k == 4:
        cursors[0] = box[0].cursor()
        blobs[0] = box[0].blobopen("f", "b", 1)
    elif k == 5:
        cu.__init__(box[0])
    else:
        cu.row_factory = rng.choice((None, sqlite3.Row))


def disturb(rng):
    c = box[0]
    k = rng.randrange(12)
    if k == 0:
        box[0] = fresh()
        c.close()
    elif k == 1:
        c.interrupt()
    elif k == 2:
        c.set_trace_callback(rng.choice((None, len)))
    elif k == 3:
        c.set_progress_handler(rng.choice((None, lambda: 0)), 50)
    elif k == 4:
        c.create_function("twice", 1, lambda x: x)
    elif k == 5:
        c.text_factory = rng.choice((str, bytes, bytearray))
        c.row_factory = rng.choice((None, sqlite3.Row))
    elif k == 6:
        c.in_transaction, c.total_changes, c.isolation_level
    elif k == 7:
        cursors[0].close()
    elif k == 8:
        with sqlite3.connect(":memory:") as d:
            c.backup(d, progress=give_up)
        d.close()
    elif k == 9:
        c.serialize()
    elif k == 10:
        blobs[0].close()
    else:
        c.commit(), c.rollback()


hammer(query, query, share, share, disturb, turns=150, allowed=(sqlite3.Error, ValueError, TypeError))
print("ok", sqlite3.connect(":memory:").execute("select 1").fetchone())
# expect: ok (1,)
