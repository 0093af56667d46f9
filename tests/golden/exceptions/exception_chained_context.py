try:
    1 / 0
except ZeroDivisionError:
    undefined_name
# expect-stderr: ZeroDivisionError: division by zero
# expect-stderr: During handling of the above exception, another exception occurred:

# expect-error: NameError: name 'undefined_name' is not defined
