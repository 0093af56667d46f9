class Stack(list):
    def push(self, x):
        self.append(x)
    def __repr__(self):
        return "Stack" + super().__repr__()
s = Stack([1])
s.push(2)
s.name = "n"
print(s, s[0], len(s), s.name, isinstance(s, list), s == [1, 2], type(s[:]), type(s + [3]))

# expect: Stack[1, 2] 1 2 n True True <class 'list'> <class 'list'>
