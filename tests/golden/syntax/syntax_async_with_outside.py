async with x: pass

# expect-stderr:     async with x: pass
# expect-stderr:     ^^^^^^^^^^^^^^^^^^
# expect-error: SyntaxError: 'async with' outside async function
