s = ""
for i in range(20000):
    s += chr(97 + i % 26)
print(len(s), s[:5], s[-5:], hash(s) == hash(s + ""))  # expect: 20000 abcde bcdef True
