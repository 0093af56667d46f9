import os.path
import os.path as p
from os import path, sep as s
from collections import *
import sys, re
print(os.path is p is path, s, OrderedDict.__name__, sys.modules["re"] is re, __name__, __file__.endswith(".py"))

# expect: True / OrderedDict True __main__ True
