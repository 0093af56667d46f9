import os, sys, importlib, time
open("m.py", "w").write("v = 1\n")
sys.path.insert(0, os.getcwd())
import m
print(m.v)  # expect: 1
open("m.py", "w").write("v = 2222\n")
importlib.reload(m)
print(m.v, importlib.import_module("m") is m)  # expect: 2222 True
