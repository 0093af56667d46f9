s = set()
for i in range(5000):
    s.add(i * 31 % 7919)
print(len(s), sum(s))  # expect: 5000 19545355
for i in range(0, 7919, 2):
    s.discard(i)
print(len(s), all(x % 2 for x in s))  # expect: 2501 True
