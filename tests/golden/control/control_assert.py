assert 1 + 1 == 2
try:
    assert False, "message"
except AssertionError as e:
    print(repr(e))
assert 0

# expect: AssertionError('message')
# expect-error: AssertionError
