import sys
print(sys.argv[1:], len(sys.argv), sys.argv[0].endswith(".py"))
# args: a "b c" --flag -x

# expect: ['a', 'b c', '--flag', '-x'] 5 True
