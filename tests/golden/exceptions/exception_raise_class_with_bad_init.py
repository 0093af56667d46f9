class E(Exception):
    def __init__(self, x): pass
raise E

# expect-error: TypeError: E.__init__() missing 1 required positional argument: 'x'
