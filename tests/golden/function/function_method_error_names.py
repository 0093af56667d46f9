class A:
    def m(self, x):
        pass
try:
    A().m()
except TypeError as e:
    print(e)  # expect: A.m() missing 1 required positional argument: 'x'
try:
    A.m()
except TypeError as e:
    print(e)  # expect: A.m() missing 2 required positional arguments: 'self' and 'x'
try:
    A(5)
except TypeError as e:
    print(e)  # expect: A() takes no arguments
