import sys
print(sys.dont_write_bytecode, sys.flags.dont_write_bytecode, sys.flags.no_site)
# flags: -B -S

# expect: True 1 1
