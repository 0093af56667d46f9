import sys, os
print(sys.path[0] == os.path.dirname(os.path.abspath(__file__)), __name__, sys.flags.interactive)

# expect: True __main__ 0
