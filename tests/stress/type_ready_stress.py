# SPDX-License-Identifier: MIT
"""Native modules imported for the first time by several threads, each in an order of its own; types made when they are first needed."""
import importlib
import random
import sys
import threading

names = ["_zoneinfo", "_csv", "_json", "_pickle", "_struct", "array", "_decimal", "_datetime", "zlib", "_bz2", "mmap", "pyexpat", "_queue", "_symtable", "_hashlib", "select", "_lsprof", "_ctypes",
         "_multibytecodec", "_codecs_jp", "_codecs_kr", "_sqlite3", "_ssl", "_socket", "_curses", "_elementtree", "_asyncio", "_interpreters", "_interpqueues", "_dbm", "readline"]
made = []
barrier = threading.Barrier(4)


def run(seed):
    barrier.wait()
    for n in random.Random(seed).sample(names, len(names)):
        type X[T = 5] = list[T]
        X.__type_params__[0].evaluate_default(1)
        try:
            m = importlib.import_module(n)
        except ImportError:
            continue
        made.extend(t for t in vars(m).values() if isinstance(t, type))


seed = random.randrange(10 ** 6)
sys.stderr.write("seed %d\n" % seed)
threads = [threading.Thread(target=run, args=(seed + i,)) for i in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print("ok", len(made) > 100, [t for t in made if t.__mro__[-1] is not object or "__doc__" not in dir(t)])

# expect: ok True []
