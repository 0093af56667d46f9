class A:
    def __del__(self): print("freed")
def f():
    a = A()
    raise ValueError
try:
    f()
except ValueError as e:
    print("handler")
print("end")

# expect: handler
# expect: freed
# expect: end
