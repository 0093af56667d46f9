import heapq, bisect
h = [5, 3, 8, 1]
heapq.heapify(h)
heapq.heappush(h, 2)
print(h, heapq.heappop(h), heapq.heappushpop(h, 0), heapq.heapreplace(h, 9), heapq.nlargest(2, h), heapq.nsmallest(2, h), list(heapq.merge([1, 4], [2, 3])))
xs = [1, 2, 2, 3]
print(bisect.bisect(xs, 2), bisect.bisect_left(xs, 2), bisect.bisect_right(xs, 9), bisect.bisect([1, 5], 3, key=lambda v: v))
bisect.insort(xs, 2.5)
print(xs)

# expect: [3, 5, 8, 9] 1 0 2 [9, 8] [3, 5] [1, 2, 3, 4]
# expect: 3 1 4 1
# expect: [1, 2, 2, 2.5, 3]
