# fileno() of an item may take items out of the list that select() reads: the rest is polled, and reported.
import os
import select

r, w = os.pipe()
items = []


class Item:
    def fileno(self):
        del items[-1]
        return w


items[:] = [Item() for _ in range(10)]
first = items[:5]
ready = select.select([], items, [], 0)[1]
print(len(ready), ready == first, len(items))  # expect: 5 True 5
print(select.select((), (w,), {}, 0)[1] == [w])  # expect: True
