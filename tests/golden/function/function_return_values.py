def a():
    return
def b():
    pass
def c():
    return 1, 2
def d(x):
    if x:
        return "yes"
print(a(), b(), c(), d(1), d(0))  # expect: None None (1, 2) yes None
