import os, sys
os.makedirs("pkg/sub")
open("pkg/__init__.py", "w").write("print('init pkg')\nv = 1\nfrom .a import A\n")
open("pkg/a.py", "w").write("from . import b\nfrom .sub.c import C\nA = 'A' + b.B\n")
open("pkg/b.py", "w").write("B = 'B'\n")
open("pkg/sub/__init__.py", "w").write("")
open("pkg/sub/c.py", "w").write("from ..b import B\nC = 'C' + B\nfrom ... import nothing\n" if 0 else "from ..b import B\nC = 'C' + B\n")
sys.path.insert(0, os.getcwd())
import pkg
print(pkg.A, pkg.a.C, pkg.__name__, pkg.__path__[0].endswith("pkg"), pkg.sub.c.__package__, sorted(n for n in sys.modules if n.startswith("pkg")))
import pkg.b as bb
print(bb.B, bb.__spec__.name, bb.__file__.endswith("b.py"), os.path.isdir("pkg/__pycache__"))

# expect: init pkg
# expect: AB CB pkg True pkg.sub ['pkg', 'pkg.a', 'pkg.b', 'pkg.sub', 'pkg.sub.c']
# expect: B pkg.b True True
