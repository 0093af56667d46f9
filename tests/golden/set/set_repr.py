print({1}, repr({"a"}), repr(frozenset("a")), repr(set()), repr(frozenset()))
class S(set): pass
print(S([1]), S())

# expect: {1} {'a'} frozenset({'a'}) set() frozenset()
# expect: S({1}) S()
