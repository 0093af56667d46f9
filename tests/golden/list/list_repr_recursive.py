xs = [1]
xs.append(xs)
print(xs)  # expect: [1, [...]]
xs.append({"me": xs})
print(xs)  # expect: [1, [...], {'me': [...]}]
