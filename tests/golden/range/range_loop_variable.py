for i in range(3):
    i = i * 10
print(i)  # expect: 20
for i in range(0):
    pass
print(i)  # expect: 20
