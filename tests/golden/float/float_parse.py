print(float("1.5"), float(" -2e3 "), float("1_0.5"), float("inf"), float("-Infinity"), float("nan"))
print(float(), float(3), float(b"1.25"), float("1e400"), float("-1e-400"))
try:
    float("abc")
except ValueError as e:
    print(e)
try:
    float("")
except ValueError as e:
    print(e)

# expect: 1.5 -2000.0 10.5 inf -inf nan
# expect: 0.0 3.0 1.25 inf -0.0
# expect: could not convert string to float: 'abc'
# expect: could not convert string to float: ''
