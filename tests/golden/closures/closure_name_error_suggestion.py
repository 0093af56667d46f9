values = [1]
print(valuse)

# expect-error: NameError: name 'valuse' is not defined. Did you mean: 'values'?
