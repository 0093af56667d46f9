print("{} {}".format(1, 2), "{1} {0}".format("a", "b"), "{x} {y!r}".format(x=1, y="q"), "{0[1]} {1.real}".format([1, 2], 5), "{{}}".format())
print("{:>5}|{:<5}|{:^5}|{:05d}|{:,}".format("a", "b", "c", 42, 1234567), "{:{w}.{p}f}".format(3.14159, w=8, p=2), "{!s:>4}".format(1))
print("{a}".format_map({"a": 5}), "{0}{0}".format("x"), "{:%Y}".format.__name__)

# expect: 1 2 b a 1 'q' 2 5 {}
# expect:     a|b    |  c  |00042|1,234,567     3.14    1
# expect: 5 xx format
