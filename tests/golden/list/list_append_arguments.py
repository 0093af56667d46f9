[].append(1, 2)

# expect-error: TypeError: list.append() takes exactly one argument (2 given)
