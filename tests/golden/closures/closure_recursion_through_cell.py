def f(n):
    def fact(k):
        return 1 if k < 2 else k * fact(k - 1)
    return fact(n)
print(f(20), f(30))  # expect: 2432902008176640000 265252859812191058636308480000000
