class A:
    def __add__(self, o):
        return NotImplemented
    def __radd__(self, o):
        return "A.radd"
class B(A):
    def __radd__(self, o):
        return "B.radd"
print(1 + A(), A() + B(), sum([A()], 1))  # expect: A.radd B.radd A.radd
try:
    A() + 1
except TypeError as e:
    print(e)  # expect: unsupported operand type(s) for +: 'A' and 'int'
