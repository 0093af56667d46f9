print(len(str(10 ** 4299)))
try:
    str(10 ** 5000)
except ValueError as e:
    print(e)

# expect: 4300
# expect: Exceeds the limit (4300 digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit
