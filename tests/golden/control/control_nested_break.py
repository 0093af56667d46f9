out = []
for i in range(4):
    for j in range(4):
        if j == 2:
            break
        if i == 1:
            continue
        out.append((i, j))
    else:
        out.append("else")
print(out)  # expect: [(0, 0), (0, 1), (2, 0), (2, 1), (3, 0), (3, 1)]
