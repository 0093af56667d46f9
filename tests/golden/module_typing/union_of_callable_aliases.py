# A subclass of types.GenericAlias, as Callable[...] of collections.abc is, can stand in a union on either side.
import collections.abc
import types

A = collections.abc.Callable[[int], str]
B = collections.abc.Callable[..., None]
print(A | B)  # expect: collections.abc.Callable[[int], str] | collections.abc.Callable[..., None]
print(list[A] | A)  # expect: list[collections.abc.Callable[[int], str]] | collections.abc.Callable[[int], str]
print(None | A, A | int)  # expect: None | collections.abc.Callable[[int], str] collections.abc.Callable[[int], str] | int


class Mine(types.GenericAlias):
    pass


u = Mine(list, (int,)) | None
print(type(u).__name__, u.__args__[1])  # expect: Union <class 'NoneType'>
print(isinstance(u.__args__[0], Mine))  # expect: True
