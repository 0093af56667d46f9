def outer():
    def inner():
        return x
    inner()
    x = 1
outer()

# expect-error: NameError: cannot access free variable 'x' where it is not associated with a value in enclosing scope
