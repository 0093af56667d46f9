"""What can be seen of objects that live at exit: finalizers, generators, files; in cycles, too."""
import subprocess
import sys
import tempfile

PROGRAMS = {
    "finalizer in a cycle": "class D:\n  def __del__(self): print('deleted')\nd = D(); d.me = d",
    "suspended generator": "def g():\n  try: yield\n  finally: print('closed')\nx = g(); next(x)",
    "unflushed file": "import sys; f = open(sys.argv[1], 'w'); f.write('written'); f.me = f",
    "replaced stdout": "import sys, io; sys.stdout.write('first '); sys.stdout = io.StringIO(); print('lost')",
    "weakref.finalize": "import weakref\nclass C: pass\nc = C(); weakref.finalize(c, print, 'finalized')",
    "scandir": "import os; it = os.scandir('/'); next(it); print('ok')",
    "nothing": "x = [1]; x.append(x); print('ok')",
}
with tempfile.NamedTemporaryFile("r") as f:
    for name, program in PROGRAMS.items():
        r = subprocess.run([sys.executable, "-X", "utf8", "-c", program, f.name], capture_output=True, text=True)
        print(name, r.returncode, r.stdout.strip(), r.stderr.strip())
    print(f.read())

# skip-cpython: needs its own program as sys.executable
# expect: finalizer in a cycle 0 deleted
# expect: suspended generator 0 closed
# expect: unflushed file 0
# expect: replaced stdout 0 first
# expect: weakref.finalize 0 finalized
# expect: scandir 0 ok
# expect: nothing 0 ok
# expect: written
