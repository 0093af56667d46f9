def log(x):
    print(x, end=" ")
    return x
def f(*a, **k):
    return a, k
f(log(1), *[log(2)], log(3), k=log(4), **{"j": log(5)}, z=log(6))
print()

# expect: 1 2 3 4 5 6
