d = {1: "a"}
d[True] = "b"
d[1.0] = "c"
print(d, {0: 1} == {False: 1}, {"a": 1} == {"a": 1.0}, {1: 2} != {1: 3}, {"a": 1, "b": 2} == {"b": 2, "a": 1})

# expect: {1: 'c'} True True True True
