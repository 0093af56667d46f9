class B(int, list): pass

# expect-error: TypeError: multiple bases have instance lay-out conflict
