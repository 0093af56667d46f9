class E(Exception):
    def __init__(self, *, code): self.code = code
try:
    raise E(code=5)
except E as e:
    print(e.code, e.args, str(e) == "")
ValueError(x=1)

# expect: 5 () True
# expect-error: TypeError: ValueError() takes no keyword arguments
