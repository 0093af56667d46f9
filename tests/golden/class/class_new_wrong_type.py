object.__new__(5)

# expect-error: TypeError: object.__new__(X): X is not a type object (int)
