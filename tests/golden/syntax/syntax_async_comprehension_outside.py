def f():
    return [x async for x in y]

# expect-stderr:     return [x async for x in y]
# expect-stderr:            ^^^^^^^^^^^^^^^^^^^^
# expect-error: SyntaxError: asynchronous comprehension outside of an asynchronous function
