import types
print(types.SimpleNamespace(a=1, b="x"), types.MappingProxyType({"a": 1}), types.FunctionType.__name__, types.new_class("N", (int,))(5), isinstance(print, types.BuiltinFunctionType))
m = types.MethodType(lambda s, x: (s, x), 5)
print(m(1))
def f(x): return x + k
g = types.FunctionType(f.__code__, {"k": 10}, "g", (7,))
print(g(), g(1), f.__code__.replace(co_name="h").co_name, types.CodeType.__name__)
try:
    types.MappingProxyType({})["x"] = 1
except TypeError as e:
    print(e)

# expect: namespace(a=1, b='x') {'a': 1} function 5 True
# expect: (5, 1)
# expect: 17 11 h code
# expect: 'mappingproxy' object does not support item assignment
