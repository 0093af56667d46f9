import random
rng = random.Random(7)
data = [(rng.randrange(50), i) for i in range(3000)]
s = sorted(data, key=lambda p: p[0])
print(all(a[0] < b[0] or (a[0] == b[0] and a[1] < b[1]) for a, b in zip(s, s[1:])))  # expect: True
print(sorted(data) == s, sorted(data, reverse=True)[::-1] == s)  # expect: True True
