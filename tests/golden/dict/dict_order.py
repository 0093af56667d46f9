d = {}
for i in range(20):
    d[i * 7 % 20] = i
del d[7], d[14]
d[7] = "again"
print(list(d))
print(list(reversed(d)), list(reversed(d.items()))[:2])

# expect: [0, 1, 8, 15, 2, 9, 16, 3, 10, 17, 4, 11, 18, 5, 12, 19, 6, 13, 7]
# expect: [7, 13, 6, 19, 12, 5, 18, 11, 4, 17, 10, 3, 16, 9, 2, 15, 8, 1, 0] [(7, 'again'), (13, 19)]
