class C:
    async def __aenter__(self):
        print("aenter")
        return 5
    async def __aexit__(self, *a):
        print("aexit", a[0])
        return True
async def f():
    async with C() as x, C():
        print(x)
        raise ValueError
    return "end"
try:
    f().send(None)
except StopIteration as e:
    print(e.value)

# expect: aenter
# expect: aenter
# expect: 5
# expect: aexit <class 'ValueError'>
# expect: aexit None
# expect: end
