print(..., Ellipsis is ..., None is None, NotImplemented is NotImplemented, type(...), type(None), repr(NotImplemented), bool(...))
def f(): ...
print(f())

# expect: Ellipsis True True True <class 'ellipsis'> <class 'NoneType'> NotImplemented True
# expect: None
