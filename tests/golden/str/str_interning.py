a = "hello"
b = "hel" + "lo"
import sys
c = sys.intern("".join(["hel", "lo"]))
print(a is b, sys.intern(c) is c, a == c)  # expect: True True True
