class K:
    armed = False
    def __hash__(self):
        return 1
    def __eq__(self, o):
        if K.armed:
            K.armed = False
            d.clear()
        return self is o
a = K()
d = {a: 1, K(): 2}
K.armed = True
print(d.get(K(), "none"), len(d))  # expect: none 0
