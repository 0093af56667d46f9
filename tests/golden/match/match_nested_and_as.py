def f(x):
    match x:
        case [("k" | "q") as key, {"v": [a, *b] as whole}]: return key, a, b, whole
        case {"p": {"q": int(n)}} as d: return n, d
        case [[x1, y1], [x2, y2]]: return x1 + y2
        case other: return "capture", other
print(f(["q", {"v": [1, 2, 3]}]), f({"p": {"q": 4}}), f([[1, 2], [3, 4]]), f(7))

# expect: ('q', 1, [2, 3], [1, 2, 3]) (4, {'p': {'q': 4}}) 5 ('capture', 7)
