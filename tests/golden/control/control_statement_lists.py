x = 1; y = 2; print(x + y)
if x: print("a"); print("b")
for i in 1, 2: print(i, end=";")
print()
while False: pass
class A: pass; z = 5
print(A.z)
def f(): return 3; return 4
print(f())

# expect: 3
# expect: a
# expect: b
# expect: 1;2;
# expect: 5
# expect: 3
