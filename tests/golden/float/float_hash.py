print(hash(0.5), hash(1.0) == hash(1), hash(float("inf")), hash(-0.0), hash(1e300) == hash(int(1e300)))
d = {1: "int"}
d[1.0] = "float"
print(d, len({0.0, -0.0, 0, False}))

# expect: 1152921504606846976 True 314159 0 True
# expect: {1: 'float'} 1
