from fractions import Fraction
import numbers, statistics
print(Fraction(3, 6), Fraction("0.25") + 1, Fraction(0.5), isinstance(1, numbers.Integral), isinstance(Fraction(1), numbers.Rational), statistics.mean([1, 2, 3]), statistics.median([3, 1, 2]), round(statistics.stdev([1, 2, 3, 4]), 6), Fraction(7, 3).limit_denominator(2))

# expect: 1/2 5/4 1/2 True True 2 2 1.290994 5/2
