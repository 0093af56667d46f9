class A:
    def f(self): return super().nope
A().f()

# expect-error: AttributeError: 'super' object has no attribute 'nope'
