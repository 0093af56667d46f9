def outer():
    inner()
def inner():
    undefined + 1
outer()
# expect-stderr: Traceback (most recent call last):
# expect-stderr:     outer()
# expect-stderr:     ~~~~~^^
# expect-stderr:     inner()
# expect-stderr:     undefined + 1
# expect-stderr:     ^^^^^^^^^

# expect-error: NameError: name 'undefined' is not defined
