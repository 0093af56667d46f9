class C:
    def __enter__(self): return (1, [2, 3])
    def __exit__(self, *a): pass
class O: pass
o = O()
with C() as (a, [b, c]), C() as o.x:
    print(a, b, c, o.x)  # expect: 1 2 3 (1, [2, 3])
