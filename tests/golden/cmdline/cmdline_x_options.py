import sys
print(sys._xoptions, sys.flags.utf8_mode, sys.flags.dev_mode)
# flags: -X foo=bar -X utf8 -X flag

# expect: {'foo': 'bar', 'utf8': True, 'flag': True} 1 False
