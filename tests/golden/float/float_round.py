print(round(2.5), round(3.5), round(-2.5), round(2.675, 2), round(1234.567, -2), round(1.5), round(0.5))
print(round(1e300, 2), round(2.5, 0), round(float("inf"), 2))

# expect: 2 4 -2 2.67 1200.0 2 0
# expect: 1e+300 2.0 inf
