def chain(n):
    if n:
        yield from chain(n - 1)
    yield n
import sys
sys.setrecursionlimit(3000)
print(sum(chain(500)))  # expect: 125250
