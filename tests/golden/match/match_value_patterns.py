class Color:
    RED = 1
    GREEN = 2
import math
def f(x):
    match x:
        case Color.RED: return "red"
        case Color.GREEN: return "green"
        case math.pi: return "pi"
        case _: return None
print(f(1), f(2), f(3), f(math.pi))  # expect: red green None pi
