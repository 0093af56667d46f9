def g():
    try:
        yield 1
    finally:
        print("dropped")  # expect: dropped
it = g()
next(it)
del it
print("after")  # expect: after
