from typing import *
print(List[int], Optional[str], Callable[[int], str], Union[int, None], Literal["a", 1], Annotated[int, "x"], Any, get_type_hints(lambda: 0), get_origin(dict[str, int]), get_args(Union[int, str]))
class P(Protocol):
    def m(self) -> int: ...
@runtime_checkable
class Q(Protocol):
    def m(self): ...
class C:
    def m(self): return 1
print(isinstance(C(), Q), issubclass(C, Q))
class TD(TypedDict, total=False):
    a: int
print(TD(a=1), TD.__annotations__, TD.__total__)
class NT(NamedTuple):
    x: int
    y: str = "d"
print(NT(1), NT._field_defaults, cast(int, "x"), NewType("N", int)(5))

# expect: typing.List[int] str | None typing.Callable[[int], str] int | None typing.Literal['a', 1] typing.Annotated[int, 'x'] typing.Any {} <class 'dict'> (<class 'int'>, <class 'str'>)
# expect: True True
# expect: {'a': 1} {'a': <class 'int'>} False
# expect: NT(x=1, y='d') {'y': 'd'} x 5
