import os, sys
open("bad.py", "w").write("x = 1\n1 / 0\n")
sys.path.insert(0, os.getcwd())
try:
    import bad
except ZeroDivisionError as e:
    print(e, "bad" in sys.modules)  # expect: division by zero False
