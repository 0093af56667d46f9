import os, sys
os.mkdir("p")
open("p/__init__.py", "w").write("from .. import x\n")
sys.path.insert(0, os.getcwd())
import p

# expect-error: ImportError: attempted relative import beyond top-level package
