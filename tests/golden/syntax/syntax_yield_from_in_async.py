async def f():
    yield from x

# expect-stderr:     yield from x
# expect-stderr:     ^^^^^^^^^^^^
# expect-error: SyntaxError: 'yield from' inside async function
