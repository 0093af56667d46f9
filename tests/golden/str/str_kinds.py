a, b, c = "abc", "a€c", "a😀c"
print(len(a + b), len(b + c), (a + c)[4], (c + a)[1] == "😀", (b * 2).count("€"), c[2], (a + b + c)[::-1])
print("😀" in c, "€" in c, c.find("c"), b.replace("€", "e") == "aec", c.encode("utf8")[1:5].decode(), c.replace("😀", "b") == a)

# expect: 6 6 😀 True 2 c c😀ac€acba
# expect: True False 2 True 😀 True
