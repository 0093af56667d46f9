import os, sys
open("bad.py", "w").write("x = = 1\n")
sys.path.insert(0, os.getcwd())
try:
    import bad
except SyntaxError as e:
    print(e.msg, os.path.basename(e.filename), e.lineno, e.offset)  # expect: invalid syntax bad.py 1 5
