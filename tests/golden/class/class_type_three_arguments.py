def hello(self): return "hello " + self.n
A = type("A", (), {"n": "bob", "hello": hello})
B = type("B", (A,), {})
print(A().hello(), B.__mro__, B().n, A, type("X", (), {})().__class__.__name__)

# expect: hello bob (<class '__main__.B'>, <class '__main__.A'>, <class 'object'>) bob <class '__main__.A'> X
