int.x = 1

# expect-error: TypeError: cannot set 'x' attribute of immutable type 'int'
