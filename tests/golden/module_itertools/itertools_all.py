from itertools import *
print(list(chain("ab", [1])), list(chain.from_iterable(["ab", "c"])), list(islice(count(5, 2), 3)), list(islice(cycle("ab"), 5)), list(repeat(1, 3)), list(accumulate([1, 2, 3])), list(accumulate([1, 2, 3], lambda a, b: a * b, initial=1)))
print(list(compress("abcd", [1, 0, 1, 0])), list(dropwhile(lambda x: x < 3, range(5))), list(takewhile(lambda x: x < 3, range(5))), list(filterfalse(lambda x: x % 2, range(5))), list(starmap(pow, [(2, 3), (3, 2)])), list(pairwise("abc")), list(batched("abcde", 2)), list(zip_longest("ab", "c", fillvalue="-")))
print(list(product("ab", repeat=2)), list(permutations("abc", 2)), list(combinations("abc", 2)), list(combinations_with_replacement("ab", 2)), [(k, list(g)) for k, g in groupby("aabbbc")], [list(t) for t in tee("ab")])
try:
    list(batched("abc", 2, strict=True))
except ValueError as e:
    print(e)

# expect: ['a', 'b', 1] ['a', 'b', 'c'] [5, 7, 9] ['a', 'b', 'a', 'b', 'a'] [1, 1, 1] [1, 3, 6] [1, 1, 2, 6]
# expect: ['a', 'c'] [3, 4] [0, 1, 2] [0, 2, 4] [8, 9] [('a', 'b'), ('b', 'c')] [('a', 'b'), ('c', 'd'), ('e',)] [('a', 'c'), ('b', '-')]
# expect: [('a', 'a'), ('a', 'b'), ('b', 'a'), ('b', 'b')] [('a', 'b'), ('a', 'c'), ('b', 'a'), ('b', 'c'), ('c', 'a'), ('c', 'b')] [('a', 'b'), ('a', 'c'), ('b', 'c')] [('a', 'a'), ('a', 'b'), ('b', 'b')] [('a', ['a', 'a']), ('b', ['b', 'b', 'b']), ('c', ['c'])] [['a', 'b'], ['a', 'b']]
# expect: batched(): incomplete batch
