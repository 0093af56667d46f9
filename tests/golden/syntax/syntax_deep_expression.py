try:
    eval("-" * 100000 + "1")
except (RecursionError, MemoryError) as e:
    print("too deep")  # expect: too deep
try:
    eval("1" + "+1" * 100000)
    print("fine or")
except (RecursionError, MemoryError):
    print("fine or")  # expect: fine or
