def f():
    async for x in y: pass

# expect-stderr:     async for x in y: pass
# expect-stderr:     ^^^^^^^^^^^^^^^^^^^^^^
# expect-error: SyntaxError: 'async for' outside async function
