class A:
    def __init__(self, n): self.n = n
    def __del__(self): print("free", self.n)
def f():
    a = A("local")
    return 1
f()
xs = [A("in list")]
xs.clear()
d = {"k": A("in dict")}
d["k"] = None
a = A("name")
a = None
t = (A("in tuple"),)
del t
A("temporary")
print("end")

# expect: free local
# expect: free in list
# expect: free in dict
# expect: free name
# expect: free in tuple
# expect: free temporary
# expect: end
