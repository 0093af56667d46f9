assert False
print("not checked", __debug__)
# flags: -O

# expect: not checked False
