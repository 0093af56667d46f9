# SPDX-License-Identifier: MIT
import io
import os
import pathlib


class Path:
    def __fspath__(self):
        return __file__


class Wrong:
    def __fspath__(self):
        return 5


with open(Path()) as f, open(pathlib.Path(__file__), "rb") as g, open(Path(), "rb", buffering=0) as h:
    print(f.name == g.name == h.name == __file__, type(g.name))  # expect: True <class 'str'>
with io.FileIO(p := Path()) as f:
    print(f.name is p)  # expect: True
for bad in (Wrong(), [], 1.5):
    try:
        open(bad)
    except TypeError as e:
        print(e)
# expect: expected Wrong.__fspath__() to return str or bytes, not int
# expect: expected str, bytes or os.PathLike object, not list
# expect: expected str, bytes or os.PathLike object, not float
