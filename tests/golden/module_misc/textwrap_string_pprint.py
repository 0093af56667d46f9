import textwrap, string, pprint
print(textwrap.fill("the quick brown fox jumps", 12), textwrap.dedent("  a\n   b"), textwrap.shorten("hello world foo", 12), textwrap.indent("a\nb", "> "))
print(string.Template("$a ${b}").substitute(a=1, b=2), string.ascii_letters[:5], string.capwords("a b"), string.Formatter().format("{0:>3}", 5))
pprint.pprint({"k%d" % i: list(range(8)) for i in range(4)}, width=40)

# expect: the quick
# expect: brown fox
# expect: jumps a
# expect:  b hello [...] > a
# expect: > b
# expect: 1 2 abcde A B   5
# expect: {'k0': [0, 1, 2, 3, 4, 5, 6, 7],
# expect:  'k1': [0, 1, 2, 3, 4, 5, 6, 7],
# expect:  'k2': [0, 1, 2, 3, 4, 5, 6, 7],
# expect:  'k3': [0, 1, 2, 3, 4, 5, 6, 7]}
