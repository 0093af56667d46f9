def g():
    try:
        raise ValueError("inside")
    except ValueError:
        yield 1
        try:
            raise
        except ValueError as e:
            yield str(e)
it = g()
print(next(it))  # expect: 1
try:
    raise KeyError("outer")
except KeyError:
    print(next(it))  # expect: inside
