import random
r = random.Random(42)
print(r.random(), r.randrange(100), r.randint(1, 6), r.choice("abc"), r.sample(range(100), 4), r.uniform(1, 2), r.gauss(0, 1), r.getrandbits(70), r.choices("ab", k=5), r.betavariate(1, 2))
xs = list(range(10))
r.shuffle(xs)
print(xs, random.Random("text").random(), random.Random(b"b").random(), random.Random(2 ** 100).random(), random.Random(1.5).random())
s = r.getstate()
a = r.random()
r.setstate(s)
print(a == r.random(), r.randbytes(4))

# expect: 0.6394267984578837 3 6 b [31, 28, 17, 94] 1.1024951761715074 -0.07358145350888119 44676572079809266793 ['a', 'a', 'b', 'a', 'a'] 0.3210589165633145
# expect: [8, 7, 5, 2, 3, 1, 6, 0, 4, 9] 0.8711565613554825 0.722813739778963 0.7586581712996778 0.551763726942059
# expect: True b'\xeeYt\xc3'
