try:
    raise ValueError
except 5:
    pass
# expect-stderr: During handling of the above exception, another exception occurred:

# expect-error: TypeError: catching classes that do not inherit from BaseException is not allowed
