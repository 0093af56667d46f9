# skip-cpython: Debian's packages of it have no _gdbm
# dbm.gnu: a mapping of bytes in one file, which can be walked, synchronized and reorganized.
import dbm
import dbm.gnu
import os


def attempt(f, *args):
    try:
        print(f(*args))
    except (dbm.gnu.error, TypeError, KeyError, ValueError) as e:
        print(type(e).__name__, e)


print(dbm.gnu.open_flags, dbm.gnu.open.__text_signature__, len(__import__("_gdbm")._GDBM_VERSION))
# expect: rwcnfsu ($module, filename, flags='r', mode=0o666, /) 3
d = dbm.gnu.open("x", "cf", 0o640)
print(oct(os.stat("x").st_mode & 0o777), d.firstkey(), d.keys(), bool(d), len(d))
# expect: 0o640 None [] False 0
for i in range(100):
    d["key %d" % i] = b"value %d" % i
walked, key = [], d.firstkey()
while key is not None:
    walked.append(key)
    key = d.nextkey(key)
print(len(walked), sorted(walked) == sorted(d.keys()), len(d), bool(d), d["key 7"], dbm.whichdb("x"))
# expect: 100 True 100 True b'value 7' dbm.gnu
print(d.setdefault("new", "text"), d.setdefault(b"new"), d.get("none"), "new" in d, b"none" in d)
# expect: text b'text' None True False
attempt(d.setdefault, "more")
# expect: TypeError gdbm mappings have byte or string elements only
attempt(d.__setitem__, 1, "a")
# expect: TypeError gdbm mappings have bytes or string indices only
attempt(lambda: d["none"])
# expect: KeyError 'none'
attempt(d.__delitem__, b"none")
# expect: KeyError b'none'
attempt(lambda: 1 in d)
# expect: TypeError gdbm key must be bytes or string, not int
print(d.sync(), d.reorganize(), len(d))
# expect: None None 101
attempt(dbm.gnu.open, "x", "w")
# expect: error [Errno 11] Resource temporarily unavailable: 'x'
d.close()
attempt(d.sync)
# expect: error GDBM object has already been closed
attempt(dbm.gnu.open, "x", "q")
# expect: error First flag must be one of 'r', 'w', 'c' or 'n'
attempt(dbm.gnu.open, "x", "rx")
# expect: error Flag 'x' is not supported.
attempt(dbm.gnu.open, "nothing")
# expect: error [Errno 2] No such file or directory: 'nothing'
with open("text", "w") as f:
    f.write("no database" * 100)
attempt(dbm.gnu.open, "text")
# expect: error Bad magic number
with dbm.gnu.open("x") as d:
    attempt(d.__setitem__, "a", "b")
    # expect: error Reader can't store
    attempt(d.__delitem__, "new")
    # expect: error Reader can't delete
    attempt(d.clear)
    # expect: error Reader can't delete
    attempt(d.reorganize)
    # expect: error Reader can't reorganize
with dbm.open("x", "n") as d:
    print(dbm.whichdb("x"), len(d))
    # expect: dbm.sqlite3 0
