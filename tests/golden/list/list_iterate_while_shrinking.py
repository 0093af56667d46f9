xs = list(range(10))
out = []
for x in xs:
    out.append(x)
    xs.pop()
print(out, xs)  # expect: [0, 1, 2, 3, 4] [0, 1, 2, 3, 4]
