for f in (lambda: int([]), lambda: len(5), lambda: iter(5), lambda: abs("a"), lambda: ord(5), lambda: chr("a"), lambda: round("x"), lambda: sorted(5), lambda: sum(5), lambda: hash({}), lambda: next(5), lambda: reversed(5), lambda: bin(1.5), lambda: enumerate(5), lambda: zip(5), lambda: map(None), lambda: isinstance(1), lambda: getattr(1), lambda: range("a"), lambda: float("x"), lambda: str(b"a", 5), lambda: bytes(-1), lambda: list(1, 2), lambda: dict(1, 2), lambda: print(foo=1), lambda: open(), lambda: divmod(1), lambda: pow(1), lambda: all(5), lambda: slice(), lambda: complex("x"), lambda: super(1), lambda: type(1, 2), lambda: object(1), lambda: bool(1, 2), lambda: tuple(5), lambda: set(5), lambda: frozenset(5), lambda: bytearray("a"), lambda: memoryview("a"), lambda: property(1, 2, 3, 4, 5), lambda: filter(1), lambda: format(1, 2), lambda: vars(5), lambda: input(1, 2), lambda: min(5), lambda: max(), lambda: compile(1), lambda: eval(1), lambda: exec(1), lambda: __import__(1), lambda: callable(), lambda: id(), lambda: delattr(1, "x"), lambda: setattr(1, "x", 2), lambda: hasattr(1, 2), lambda: issubclass(1, int)):
    try:
        f()
        print("no error")
    except Exception as e:
        print(type(e).__name__, e, sep=": ")

# expect: TypeError: int() argument must be a string, a bytes-like object or a real number, not 'list'
# expect: TypeError: object of type 'int' has no len()
# expect: TypeError: 'int' object is not iterable
# expect: TypeError: bad operand type for abs(): 'str'
# expect: TypeError: ord() expected string of length 1, but int found
# expect: TypeError: 'str' object cannot be interpreted as an integer
# expect: TypeError: type str doesn't define __round__ method
# expect: TypeError: 'int' object is not iterable
# expect: TypeError: 'int' object is not iterable
# expect: TypeError: unhashable type: 'dict'
# expect: TypeError: 'int' object is not an iterator
# expect: TypeError: 'int' object is not reversible
# expect: TypeError: 'float' object cannot be interpreted as an integer
# expect: TypeError: 'int' object is not iterable
# expect: TypeError: 'int' object is not iterable
# expect: TypeError: map() must have at least two arguments.
# expect: TypeError: isinstance expected 2 arguments, got 1
# expect: TypeError: getattr expected at least 2 arguments, got 1
# expect: TypeError: 'str' object cannot be interpreted as an integer
# expect: ValueError: could not convert string to float: 'x'
# expect: TypeError: str() argument 'encoding' must be str, not int
# expect: ValueError: negative count
# expect: TypeError: list expected at most 1 argument, got 2
# expect: TypeError: dict expected at most 1 argument, got 2
# expect: TypeError: print() got an unexpected keyword argument 'foo'
# expect: TypeError: open() missing required argument 'file' (pos 1)
# expect: TypeError: divmod expected 2 arguments, got 1
# expect: TypeError: pow() missing required argument 'exp' (pos 2)
# expect: TypeError: 'int' object is not iterable
# expect: TypeError: slice expected at least 1 argument, got 0
# expect: ValueError: complex() arg is a malformed string
# expect: TypeError: super() argument 1 must be a type, not int
# expect: TypeError: type() takes 1 or 3 arguments
# expect: TypeError: object() takes no arguments
# expect: TypeError: bool expected at most 1 argument, got 2
# expect: TypeError: 'int' object is not iterable
# expect: TypeError: 'int' object is not iterable
# expect: TypeError: 'int' object is not iterable
# expect: TypeError: string argument without an encoding
# expect: TypeError: memoryview: a bytes-like object is required, not 'str'
# expect: TypeError: property() takes at most 4 arguments (5 given)
# expect: TypeError: filter expected 2 arguments, got 1
# expect: TypeError: format() argument 2 must be str, not int
# expect: TypeError: vars() argument must have __dict__ attribute
# expect: TypeError: input expected at most 1 argument, got 2
# expect: TypeError: 'int' object is not iterable
# expect: TypeError: max expected at least 1 argument, got 0
# expect: TypeError: compile() missing required argument 'filename' (pos 2)
# expect: TypeError: eval() arg 1 must be a string, bytes or code object
# expect: TypeError: exec() arg 1 must be a string, bytes or code object
# expect: TypeError: module name must be a string
# expect: TypeError: callable() takes exactly one argument (0 given)
# expect: TypeError: id() takes exactly one argument (0 given)
# expect: AttributeError: 'int' object has no attribute 'x' and no __dict__ for setting new attributes
# expect: AttributeError: 'int' object has no attribute 'x' and no __dict__ for setting new attributes
# expect: TypeError: attribute name must be string, not 'int'
# expect: TypeError: issubclass() arg 1 must be a class
