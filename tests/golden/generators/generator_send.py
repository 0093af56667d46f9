def avg():
    total = n = 0
    value = None
    while True:
        x = yield value
        total += x
        n += 1
        value = total / n
a = avg()
next(a)
print(a.send(10), a.send(20), a.send(30))  # expect: 10.0 15.0 20.0
