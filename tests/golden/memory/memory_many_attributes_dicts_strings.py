objs = []
class A: pass
for i in range(20000):
    a = A()
    a.x, a.y, a.z = i, str(i), [i]
    objs.append(a)
print(sum(a.x for a in objs), objs[19999].y, objs[5].z, len({a.y for a in objs}))

# expect: 199990000 19999 [5] 20000
