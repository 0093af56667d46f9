it = iter([1, 2, 3])
print(next(it), it.__length_hint__(), list(it), next(it, "end"), list(it))
r = reversed([1, 2, 3])
print(next(r), list(r), type(it).__name__, type(r).__name__)

# expect: 1 2 [2, 3] end []
# expect: 3 [2, 1] list_iterator list_reverseiterator
