class A:
    def __init__(self):
        self.colour = 1
A().color

# expect-error: AttributeError: 'A' object has no attribute 'color'. Did you mean: 'colour'?
