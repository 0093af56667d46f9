import sys
sys.exit("goodbye")
# expect-stderr: goodbye
# expect-exit: 1
