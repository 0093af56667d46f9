class A:
    pass
super().x

# expect-error: RuntimeError: super(): no arguments
