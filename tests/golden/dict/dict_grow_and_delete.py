d = {}
for i in range(10000):
    d[i] = i * i
for i in range(0, 10000, 2):
    del d[i]
print(len(d), d[9999], 2 in d, 3 in d, sum(d), sum(d.values()))
for i in range(5000):
    d[str(i)] = i
print(len(d), d["4999"])

# expect: 5000 99980001 False True 25000000 166666665000
# expect: 10000 4999
