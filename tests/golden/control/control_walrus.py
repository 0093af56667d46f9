if (n := len("abc")) > 2:
    print(n)
while (n := n - 1) > 0:
    print(n)
print([y := 1, y ** 2], [z for x in range(5) if (z := x * 2) > 4], z)

# expect: 3
# expect: 2
# expect: 1
# expect: [1, 1] [6, 8] 8
