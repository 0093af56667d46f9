class A:
    @property
    def x(self):
        return self.missing
    def __getattr__(self, name):
        return "fallback " + name
print(A().x, A().y)  # expect: fallback missing fallback y
