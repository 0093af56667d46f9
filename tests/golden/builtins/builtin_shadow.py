len = lambda x: "shadowed"
print(len([1]))  # expect: shadowed
del len
print(len([1]))  # expect: 1
