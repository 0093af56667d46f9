s = slice(1, 10, 2)
print(s, s.start, s.stop, s.step, s.indices(5), slice(None).indices(3), slice(None, None, -1).indices(3))
print(slice(1) == slice(None, 1), hash(slice(1, 2)) == hash(slice(1, 2, None)))
class G:
    def __getitem__(self, k):
        return k
print(G()[1:2], G()[1:2, ::3], G()[...], G()[:], G()[1, 2])

# expect: slice(1, 10, 2) 1 10 2 (1, 5, 2) (0, 3, 1) (2, -1, -1)
# expect: True True
# expect: slice(1, 2, None) (slice(1, 2, None), slice(None, None, 3)) Ellipsis slice(None, None, None) (1, 2)
