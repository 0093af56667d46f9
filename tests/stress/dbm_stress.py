# SPDX-License-Identifier: MIT
"""Databases of both kinds that threads fill, walk, empty, close and open again; a reader sees whole values only."""
import dbm.gnu
import dbm.ndbm
import os
import tempfile
from _hammer import hammer

folder = tempfile.mkdtemp()
KINDS = [(dbm.gnu, dbm.gnu.open(os.path.join(folder, "gnu"), "nf")), (dbm.ndbm, dbm.ndbm.open(os.path.join(folder, "ndbm"), "n"))]
box = list(KINDS)
opened = [0]


def write(rng):
    module, d = box[rng.randrange(2)]
    i = rng.randrange(40)
    k = rng.randrange(4)
    if k == 0:
        d["key %d" % i] = b"%d" % i * rng.randrange(1, 200)
    elif k == 1:
        d.setdefault("key %d" % i, b"%d" % i)
    elif k == 2:
        del d["key %d" % i]
    elif rng.randrange(20) == 0:
        d.clear()


def read(rng):
    module, d = box[rng.randrange(2)]
    i = rng.randrange(40)
    k = rng.randrange(4)
    if k == 0:
        v = d.get("key %d" % i)
        if v is not None and v.replace(b"%d" % i, b""):
            raise AssertionError((i, v))
    elif k == 1:
        for key in d.keys():
            if not key.startswith(b"key "):
                raise AssertionError(key)
    elif k == 2:
        len(d), bool(d), "key 3" in d
    elif module is dbm.gnu:
        key = d.firstkey()
        while key:
            key = d.nextkey(key)


def replace(rng):
    if rng.randrange(10):
        return read(rng)
    n = rng.randrange(2)
    module, d = box[n]
    d.close()
    opened[0] += 1
    box[n] = module, module.open(os.path.join(folder, "again%d" % opened[0]), "n")


hammer(write, write, read, read, replace, turns=1500, allowed=(KeyError, dbm.gnu.error, dbm.ndbm.error))
