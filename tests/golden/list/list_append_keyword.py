[].append(object=1)

# expect-error: TypeError: list.append() takes no keyword arguments
