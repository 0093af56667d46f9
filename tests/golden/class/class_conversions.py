class A:
    def __int__(self): return 7
    def __float__(self): return 1.5
    def __complex__(self): return 2j
    def __index__(self): return 3
    def __round__(self, n=None): return ("round", n)
    def __trunc__(self): return 9
    def __floor__(self): return "floor"
    def __ceil__(self): return "ceil"
    def __bytes__(self): return b"A"
    def __divmod__(self, o): return ("divmod", o)
    def __pow__(self, o, m=None): return ("pow", o, m)
    def __invert__(self): return "inv"
    def __pos__(self): return "pos"
import math
a = A()
print(int(a), float(a), complex(a), bin(a), round(a), round(a, 2), math.floor(a), math.ceil(a), bytes(a), divmod(a, 2), pow(a, 2, 3), a ** 4, ~a, +a)

# expect: 7 1.5 2j 0b11 ('round', None) ('round', 2) floor ceil b'A' ('divmod', 2) ('pow', 2, 3) ('pow', 4, None) inv pos
