# Steps that lead far out of the list.
import sys

a = [1, 2, 3]
for step in (sys.maxsize, -sys.maxsize, -sys.maxsize - 1, sys.maxsize // 8):
    print(a[::step], a[1::step], a[5:0:step])
# expect: [1] [2] []
# expect: [3] [2] [3]
# expect: [3] [2] [3]
# expect: [1] [2] []
a[::sys.maxsize] = [7]
del a[1::-sys.maxsize]
print(a)  # expect: [7, 3]
