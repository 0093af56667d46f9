def f():
    await g()

# expect-stderr:     await g()
# expect-stderr:     ^^^^^^^^^
# expect-error: SyntaxError: 'await' outside async function
