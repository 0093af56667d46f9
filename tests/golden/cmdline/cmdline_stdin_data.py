import sys
for line in sys.stdin:
    print("line", line.rstrip())
# stdin: one
# stdin: two

# expect: line one
# expect: line two
