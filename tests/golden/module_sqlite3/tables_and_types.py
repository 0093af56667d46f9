# SPDX-License-Identifier: MIT
import sqlite3

with sqlite3.connect(":memory:", detect_types=sqlite3.PARSE_DECLTYPES | sqlite3.PARSE_COLNAMES) as c:
    c.execute("create table t(a integer primary key, b, p point)")
    cu = c.executemany("insert into t(b) values (?)", [(None,), (2.5,), ("tëxt",), (b"blob",), (bytearray(b"ba"),)])
    print(cu.rowcount, cu.lastrowid, c.in_transaction, c.total_changes)  # expect: 5 None True 5
    print(c.execute("select a, b from t").fetchall())  # expect: [(1, None), (2, 2.5), (3, 'tëxt'), (4, b'blob'), (5, b'ba')]
    cu = c.execute("select a as x, b from t where a > :low and a < :high", {"low": 1, "high": 4})
    print([d[0] for d in cu.description], cu.fetchone(), cu.fetchmany(5), cu.fetchone())  # expect: ['x', 'b'] (2, 2.5) [(3, 'tëxt')] None
    cu = c.execute("insert into t(b) values (9) returning a")
    print(cu.fetchall(), cu.rowcount, c.execute("update t set b = 1 where a < 3").rowcount)  # expect: [(6,)] 1 2


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __conform__(self, protocol):
        if protocol is sqlite3.PrepareProtocol:
            return "%d;%d" % (self.x, self.y)


sqlite3.register_converter("point", lambda b: tuple(map(int, b.split(b";"))))
c.execute("insert into t(a, p) values (7, ?)", (Point(3, 4),))
print(c.execute("select p from t where a = 7").fetchone(), c.execute('select "5;6" as "z [point]"').fetchone())  # expect: ((3, 4),) ((5, 6),)
c.row_factory = sqlite3.Row
r = c.execute("select a, b as Name from t where a = 3").fetchone()
print(r["NAME"], r[0], r.keys(), tuple(r), len(r), r[-1], r[0:1], r == c.execute("select a, b as Name from t where a = 3").fetchone())
# expect: tëxt 3 ['a', 'Name'] (3, 'tëxt') 2 tëxt (3,) True
c.row_factory = None
c.text_factory = bytes
print(c.execute("select b from t where a = 3").fetchone())  # expect: (b't\xc3\xabxt',)
c.text_factory = str
print(c.isolation_level == "", c.autocommit, c.rollback(), c.in_transaction)  # expect: True -1 None False
try:
    with c:
        c.execute("insert into t(a) values (100)")
        raise KeyError
except KeyError:
    print(c.execute("select count(*) from t where a = 100").fetchone())  # expect: (0,)
c.executescript("create table s(x unique); insert into s values (1); insert into s values (2);")
try:
    c.execute("insert into s values (1)")
except sqlite3.IntegrityError as e:
    print(e, e.sqlite_errorcode, e.sqlite_errorname)  # expect: UNIQUE constraint failed: s.x 2067 SQLITE_CONSTRAINT_UNIQUE
print(list(c.iterdump())[1:3], len(c("select 1").__class__.__name__))  # expect: ['CREATE TABLE s(x unique);', 'INSERT INTO "s" VALUES(1);'] 9
with sqlite3.connect(":memory:") as d:
    c.rollback()
    c.backup(d, progress=lambda *a: print(len(a)))  # expect: 3
    print(d.execute("select * from s").fetchall())  # expect: [(1,), (2,)]
    data = d.serialize()
    with sqlite3.connect(":memory:") as e:
        e.deserialize(data)
        print(e.execute("select count(*) from s").fetchone())  # expect: (2,)
    e.close()
d.close()
c.execute("create table f(b blob)")
c.execute("insert into f values (zeroblob(10))")
with c.blobopen("f", "b", 1) as b:
    b.write(b"hello")
    b[5:10:2] = b"xyz"
    b[6] = 65
    print(len(b), b.tell(), b.seek(0), b.read(6), b[6], b[0:9:3], b[-1:])  # expect: 10 5 None b'hellox' 65 b'hlA' b'z'
try:
    b.read()
except sqlite3.ProgrammingError as e:
    print(e)  # expect: Cannot operate on a closed blob.
c.close()
print(sqlite3.threadsafety, sqlite3.complete_statement("select 1;"), sqlite3.adapt(5, sqlite3.PrepareProtocol, 6), sqlite3.apilevel)  # expect: 3 True 6 2.0
