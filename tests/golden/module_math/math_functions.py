import math
print(math.sqrt(2), math.isqrt(10 ** 20), math.gcd(12, 18, 27), math.lcm(4, 6), math.factorial(20), math.comb(10, 3), math.perm(5, 2), math.floor(-1.5), math.ceil(-1.5), math.trunc(-1.5), math.pi, math.e, math.tau)
print(math.hypot(3, 4), math.dist((0, 0), (3, 4)), math.fsum([0.1] * 10), math.prod([1, 2, 3]), math.copysign(1, -0.0), math.isclose(0.1 + 0.2, 0.3), math.log(8, 2), math.log2(2 ** 1000), math.log10(1000), math.log1p(0), math.exp(1), math.cbrt(27), math.exp2(3))
print(math.frexp(8.0), math.ldexp(0.5, 4), math.modf(-2.5), math.fmod(-7, 3), math.remainder(7, 4), math.nextafter(1, 2), math.ulp(1.0), math.isnan(math.nan), math.isinf(math.inf), math.degrees(math.pi), math.sin(0), math.atan2(1, 1), math.gamma(5), math.sumprod([1, 2], [3, 4]), math.fma(2.0, 3.0, 1.0), math.log(10 ** 400))
for f in (lambda: math.sqrt(-1), lambda: math.log(0), lambda: math.factorial(-1), lambda: math.factorial(1.5), lambda: math.acos(2), lambda: math.exp(1000), lambda: math.isqrt(-1), lambda: math.sqrt("a"), lambda: math.pow(0, -1)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)

# expect: 1.4142135623730951 10000000000 3 12 2432902008176640000 120 20 -2 -1 -1 3.141592653589793 2.718281828459045 6.283185307179586
# expect: 5.0 5.0 1.0 6 -1.0 True 3.0 1000.0 3.0 0.0 2.718281828459045 3.0000000000000004 8.0
# expect: (0.5, 4) 8.0 (-0.5, -2.0) -1.0 -1.0 1.0000000000000002 2.220446049250313e-16 True True 180.0 0.0 0.7853981633974483 24.0 11 7.0 921.0340371976182
# expect: ValueError expected a nonnegative input, got -1.0
# expect: ValueError expected a positive input
# expect: ValueError factorial() not defined for negative values
# expect: TypeError 'float' object cannot be interpreted as an integer
# expect: ValueError expected a number in range from -1 up to 1, got 2.0
# expect: OverflowError math range error
# expect: ValueError isqrt() argument must be nonnegative
# expect: TypeError must be real number, not str
# expect: ValueError math domain error
