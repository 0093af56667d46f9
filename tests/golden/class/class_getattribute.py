class A:
    x = 1
    def __getattribute__(self, n):
        if n == "magic":
            return 42
        return super().__getattribute__(n)
a = A()
print(a.magic, a.x, len([n for n in dir(a) if n == "x"]))  # expect: 42 1 1
