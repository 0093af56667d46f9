class Name(str):
    def shout(self):
        return self.upper() + "!"
n = Name("bob")
print(n, n.shout(), n == "bob", hash(n) == hash("bob"), {n: 1}["bob"], type(n + "x"), type(n.upper()), isinstance(n, str))

# expect: bob BOB! True True 1 <class 'str'> <class 'str'> True
