xs = [1, 2, 3]
out = []
for x in xs:
    out.append(x)
    if len(xs) < 6:
        xs.append(x * 10)
print(out)  # expect: [1, 2, 3, 10, 20, 30]
