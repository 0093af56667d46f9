def f(a: A, b: "B" = 1) -> list[A]: pass
class A: pass
print(f.__annotations__["a"] is A, f.__annotations__["b"], f.__annotations__["return"])
class C:
    x: int = 1
    y: A
    z: undefined_later
try:
    C.__annotations__
except NameError as e:
    print(e)
undefined_later = float
print(C.__annotations__)
import annotationlib
print(annotationlib.get_annotations(f, format=annotationlib.Format.STRING))

# expect: True B list[__main__.A]
# expect: name 'undefined_later' is not defined
# expect: {'x': <class 'int'>, 'y': <class '__main__.A'>, 'z': <class 'float'>}
# expect: {'a': 'A', 'b': 'B', 'return': 'list[A]'}
