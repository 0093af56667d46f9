import sys
try:
    sys.exit("msg")
except SystemExit as e:
    print(e.code, repr(e))
sys.exit(3)

# expect: msg SystemExit('msg')
# expect-exit: 3
