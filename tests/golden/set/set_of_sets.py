s = {frozenset({1}), frozenset({2})}
print({1} in s, frozenset({3}) in s)  # expect: True False
