# __static_attributes__: what the functions of a class store in something called self, sorted.
class A:
    def f(this):
        this.q = 1
        def g(): self.n = 1
        self.z = 2
        self.b += 1
        del self.d
        for self.e in []: pass
        self.ann: int
        self.ann2: int = 1
    @staticmethod
    def g(self): self.y, self.a = 1, 2
    self = type('x', (), {})()
    self.cls = 1
    f2 = lambda self: [0 for self.lam in ()]
    async def co(self):
        self.__priv = 1
    class B:
        def f(self): self.inner = 1
print(A.__static_attributes__)  # expect: ('__priv', 'a', 'ann2', 'e', 'lam', 'n', 'y', 'z')
print(A.B.__static_attributes__)  # expect: ('inner',)
exec("class C:\n def f(self):\n" + "\n".join(f"  self.a{i} = 1" for i in range(100)))
print(len(C.__static_attributes__), C.__static_attributes__[:3])  # expect: 100 ('a0', 'a1', 'a10')
class D: pass
print(D.__static_attributes__)  # expect: ()
