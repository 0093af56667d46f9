def a():
    try:
        return "try"
    finally:
        return "finally"
def b():
    for i in range(3):
        try:
            continue
        finally:
            print("f", i)
    return "b"
def c():
    while True:
        try:
            raise ValueError
        finally:
            break
    return "swallowed"
print(a(), b(), c())

# expect: f 0
# expect: f 1
# expect: f 2
# expect: finally b swallowed
