# SPDX-License-Identifier: MIT
"""sys.prefix and sys.base_prefix of a program called in a virtual environment, by a link and as a copy."""
# skip-cpython: a copy of CPython as packaged may need a loader's help to run at all
import os
import subprocess
import sys
import venv

CODE = "import sys, json, ladon; print(sys.prefix); print(sys.exec_prefix); print(sys.base_prefix); print(sys.base_exec_prefix)"
for links in (True, False):
    where = os.path.join(os.getcwd(), "links" if links else "copies")
    venv.create(where, symlinks=links)
    p = subprocess.run([os.path.join(where, "bin", "python"), "-c", CODE], capture_output=True, text=True)
    lines = p.stdout.split("\n")
    print(p.stderr, [line == where for line in lines[:2]], [line == sys.base_prefix for line in lines[2:4]])
# expect:  [True, True] [True, True]
# expect:  [True, True] [True, True]
