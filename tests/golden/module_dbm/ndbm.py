# dbm.ndbm: a mapping of bytes in a file; what it says when it is closed, read-only, or given something else.
import dbm
import dbm.ndbm
import os


def attempt(f, *args):
    try:
        print(f(*args))
    except (dbm.ndbm.error, TypeError, KeyError, ValueError) as e:
        print(type(e).__name__, e)


d = dbm.ndbm.open("x", "c")
d["a"] = "b"
d[b"c\0d"] = b"\xff\0"
print(sorted(d.keys()), len(d), bool(d), d["a"], d.get(b"c\0d"), d.get("none"), d.get("none", 3))
# expect: [b'a', b'c\x00d'] 2 True b'b' b'\xff\x00' None 3
print(d.setdefault("e", "new"), d.setdefault("e", "newer"), d.setdefault("f"), d["f"])
# expect: new b'new' b'' b''
print("a" in d, b"a" in d, "z" in d, dbm.whichdb("x"))
# expect: True True False dbm.ndbm
del d["a"]
attempt(lambda: d["a"])
# expect: KeyError 'a'
attempt(d.__delitem__, "a")
# expect: KeyError 'a'
attempt(lambda: d[1])
# expect: TypeError a bytes-like object is required, not 'int'
attempt(d.get, bytearray(b"a"))
# expect: TypeError get() argument 1 must be read-only bytes-like object, not bytearray
attempt(d.__setitem__, 1, "a")
# expect: TypeError dbm mappings have bytes or string keys only
attempt(d.__setitem__, "a", 1)
# expect: TypeError dbm mappings have bytes or string elements only
attempt(lambda: 3 in d)
# expect: TypeError dbm key must be bytes or string, not int
attempt(iter, d)
# expect: TypeError '_dbm.dbm' object is not iterable
attempt(type(d))
# expect: TypeError cannot create '_dbm.dbm' instances
with d as same:
    print(same is d)
    # expect: True
attempt(len, d)
# expect: error DBM object has already been closed
attempt(d.keys)
# expect: error DBM object has already been closed
d.close()
attempt(dbm.ndbm.open, "x", "rx")
# expect: error arg 2 to open should be 'r', 'w', 'c', or 'n'
try:
    dbm.ndbm.open("nothing")
except dbm.ndbm.error as e:
    print(e.errno, e.filename, e, isinstance(e, OSError))
    # expect: 2 nothing [Errno 2] No such file or directory: 'nothing' True
with dbm.ndbm.open(b"x") as d:
    attempt(d.__setitem__, "a", "b")
    # expect: error cannot add item to database
    attempt(d.__delitem__, "e")
    # expect: error cannot delete item from database
with dbm.ndbm.open("x", "w") as d:
    for i in range(300):
        d["key %d" % i] = "v" * (i % 50)
    print(len(d), sorted(d.keys())[6], d["key 49"] == b"v" * 49)
    # expect: 303 b'key 100' True
    d.clear()
    print(len(d), bool(d))
    # expect: 0 False
attempt(dbm.ndbm.open, "a\0b")
# expect: ValueError embedded null byte
