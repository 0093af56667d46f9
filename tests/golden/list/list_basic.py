xs = [3, 1, 2]
xs.append(4)
xs.extend((5, 6))
xs.insert(0, 0)
xs.insert(-1, 99)
xs.insert(100, 7)
print(xs, len(xs))  # expect: [0, 3, 1, 2, 4, 5, 99, 6, 7] 9
print(xs.pop(), xs.pop(0), xs.pop(-2), xs)  # expect: 7 0 99 [3, 1, 2, 4, 5, 6]
xs.remove(1)
print(xs, xs.index(4), xs.count(5))  # expect: [3, 2, 4, 5, 6] 2 1
xs.reverse()
print(xs)  # expect: [6, 5, 4, 2, 3]
xs.sort()
print(xs)  # expect: [2, 3, 4, 5, 6]
ys = xs.copy()
xs.clear()
print(xs, ys, ys is xs)  # expect: [] [2, 3, 4, 5, 6] False
