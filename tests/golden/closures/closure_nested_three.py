def a(x):
    def b(y):
        def c(z):
            nonlocal x
            x += z
            return x * 100 + y * 10 + z
        return c
    return b
c = a(1)(2)
print(c(3), c(3))  # expect: 423 723
