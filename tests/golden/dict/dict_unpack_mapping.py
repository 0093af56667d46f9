class M:
    def keys(self):
        return ["p", "q"]
    def __getitem__(self, k):
        return k + "!"
print({**M()}, dict(M()))  # expect: {'p': 'p!', 'q': 'q!'} {'p': 'p!', 'q': 'q!'}
def f(**kw):
    return kw
print(f(**M()))  # expect: {'p': 'p!', 'q': 'q!'}
