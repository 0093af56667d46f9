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

# Packages lie where sysconfig says that they are installed.
where = os.path.join(os.getcwd(), "links")
python = os.path.join(where, "bin", "python")
packages = subprocess.run([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], capture_output=True, text=True).stdout.strip()
print(os.path.relpath(packages, where))  # expect: lib/python3.14t/site-packages
os.makedirs(packages, exist_ok=True)
with open(os.path.join(packages, "installed.py"), "w") as f:
    f.write("answer = 42\n")
for name, text in (("extra.pth", "more\n"), ("more/__init__.py", ""), ("more/inside.py", "answer = 43\n")):
    os.makedirs(os.path.dirname(os.path.join(packages, name)), exist_ok=True)
    with open(os.path.join(packages, name), "w") as f:
        f.write(text)
p = subprocess.run([python, "-c", "import installed, inside; print(installed.answer, inside.answer)"], capture_output=True, text=True)
print(p.stdout + p.stderr)  # expect: 42 43
