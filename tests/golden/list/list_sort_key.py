words = ["banana", "Apple", "cherry", "date"]
print(sorted(words), sorted(words, key=str.lower), sorted(words, key=len), sorted(words, reverse=True))
pairs = [(1, "b"), (0, "z"), (1, "a"), (0, "y")]
pairs.sort(key=lambda p: p[0])
print(pairs)
pairs.sort(key=lambda p: p[0], reverse=True)
print(pairs)

# expect: ['Apple', 'banana', 'cherry', 'date'] ['Apple', 'banana', 'cherry', 'date'] ['date', 'Apple', 'banana', 'cherry'] ['date', 'cherry', 'banana', 'Apple']
# expect: [(0, 'z'), (0, 'y'), (1, 'b'), (1, 'a')]
# expect: [(1, 'b'), (1, 'a'), (0, 'z'), (0, 'y')]
