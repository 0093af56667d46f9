"{} {0}".format(1, 2)

# expect-error: ValueError: cannot switch from automatic field numbering to manual field specification
