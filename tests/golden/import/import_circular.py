import os, sys
open("ca.py", "w").write("import cb\nx = 1\ndef f(): return cb.y\n")
open("cb.py", "w").write("import ca\ny = 2\ndef g(): return ca.x\n")
open("cc.py", "w").write("from cd import z\nw = 1\n")
open("cd.py", "w").write("from cc import w\nz = 1\n")
sys.path.insert(0, os.getcwd())
import ca
print(ca.f(), ca.cb.g())  # expect: 2 1
try:
    import cc
except ImportError as e:
    print(str(e).split(" (")[0])  # expect: cannot import name 'w' from partially initialized module 'cc'
