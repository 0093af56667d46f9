s = set(range(10))
out = set()
while s:
    out.add(s.pop())
print(out == set(range(10)), s)  # expect: True set()
