def first[T](xs: list[T]) -> T:
    return xs[0]
print(first([1]), first.__type_params__, first.__annotations__)
class Box[T, *Ts, **P]:
    pass
print(Box.__type_params__, Box[int, str, [int]].__args__)
type Alias[T] = list[T] | None
print(Alias, Alias.__value__, Alias[int])

# expect: 1 (T,) {'xs': list[T], 'return': T}
# expect: (T, Ts, P) (<class 'int'>, <class 'str'>, (<class 'int'>,))
# expect: Alias list[T] | None Alias[int]
