count = 0
def bump():
    global count
    count += 1
    return count
print(bump(), bump(), count)  # expect: 1 2 2
