class Upper(dict):
    def __getitem__(self, k):
        return super().__getitem__(k.lower())
    def __setitem__(self, k, v):
        super().__setitem__(k.lower(), v)
u = Upper()
u["ABC"] = 1
print(u["aBc"], u, dict(u))  # expect: 1 {'abc': 1} {'abc': 1}
