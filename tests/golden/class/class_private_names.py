class A:
    def __init__(self):
        self.__x = 1
        self.__y__ = 2
    def get(self): return self.__x
print(A().get(), sorted(A().__dict__))  # expect: 1 ['_A__x', '__y__']
