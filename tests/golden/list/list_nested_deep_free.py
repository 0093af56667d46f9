xs = []
for _ in range(1000000):
    xs = [xs]
del xs
print("freed")  # expect: freed
