xs = [1]
ys = xs
xs += (2, 3)
xs += "ab"
print(xs, ys is xs)  # expect: [1, 2, 3, 'a', 'b'] True
xs *= 2
print(xs, len(ys))  # expect: [1, 2, 3, 'a', 'b', 1, 2, 3, 'a', 'b'] 10
