for i in range(3):
    if i == 5:
        break
else:
    print("no break")
for i in range(3):
    if i == 1:
        break
else:
    print("never")
n = 0
while n < 3:
    n += 1
    if n == 2:
        continue
    print(n)
else:
    print("done")

# expect: no break
# expect: 1
# expect: 3
# expect: done
