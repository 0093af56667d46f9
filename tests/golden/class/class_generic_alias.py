from typing import Generic, TypeVar, Optional, Union
T = TypeVar("T")
class Box(Generic[T]):
    def __init__(self, v: T): self.v = v
print(Box[int], Box[int](5).v, Optional[int], Union[int, str], int | None, dict[str, int], Box.__parameters__)

# expect: __main__.Box[int] 5 int | None int | str int | None dict[str, int] (~T,)
