# Parameters of a generic alias in lists in lists: found, replaced and shown without a crash, however deep.
import typing
T = typing.TypeVar("T")
print(list[[int]], list[[[int]]])  # expect: list[[int]] list[[[<class 'int'>]]]
print(list[[[[T], str], list[T]]].__parameters__)  # expect: (~T,)
x = []
x.append(x)
deep = [int]
for _ in range(200000):
    deep = [deep]
for v in x, deep:
    for f in (lambda: list[v].__parameters__, lambda: repr(list[v]), lambda: list[T, v][int]):
        try:
            print(f())
        except RecursionError as e:
            print("RecursionError")
# expect: RecursionError
# expect: list[[[[...]]]]
# expect: RecursionError
# expect: RecursionError
# expect: RecursionError
# expect: RecursionError
