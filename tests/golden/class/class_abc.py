from abc import ABC, abstractmethod
class Shape(ABC):
    @abstractmethod
    def area(self): ...
    @property
    @abstractmethod
    def name(self): ...
class Sq(Shape):
    def area(self): return 4
    @property
    def name(self): return "sq"
print(Sq().area(), Sq().name, sorted(Shape.__abstractmethods__))
try:
    Shape()
except TypeError as e:
    print(e)
class V(ABC): pass
V.register(int)
print(isinstance(5, V), issubclass(bool, V))

# expect: 4 sq ['area', 'name']
# expect: Can't instantiate abstract class Shape without an implementation for abstract methods 'area', 'name'
# expect: True True
