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
    "callback of the program's own": "import weakref, sys\nclass C: pass\nc = C()\ng = {'print': print}\nexec('def f(r): print(1)', g)\nsys.kept = weakref.ref(c, g['f'])",
    "callback named as the library's": "import weakref, sys\nclass C: pass\nc = C()\ng = {'print': print}\nexec('def f(r): print(1)', g)\ng['f'].__qualname__ = 'WeakSet.__init__.<locals>._remove'\nsys.kept = weakref.ref(c, g['f'])",
    "finalize without atexit": "import weakref\nclass C: pass\nc = C()\nf = weakref.finalize(c, print, 'finalized')\nf.atexit = False",
    "finalizer in a weak container": "import weakref\nclass C:\n  def __del__(self): print('deleted')\nd = weakref.WeakValueDictionary()\nd[1] = c = C(); c.me = c",
    "weak containers": "import weakref, logging, threading\nclass C: pass\nc = C(); a = weakref.WeakSet([c]); b = weakref.WeakKeyDictionary({c: 1}); d = weakref.WeakValueDictionary({1: c}); logging.basicConfig()\nprint(len(a), len(b), len(d))",
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
# expect: callback of the program's own 0 1
# expect: callback named as the library's 0 1
# expect: finalize without atexit 0
# expect: finalizer in a weak container 0 deleted
# expect: weak containers 0 1 1 1
# expect: nothing 0 ok
# expect: written
