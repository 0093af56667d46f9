import types
m = types.ModuleType("m", "doc")
m.__getattr__ = lambda n: "dyn " + n
m.x = 1
print(m.x, m.anything, m, m.__doc__)  # expect: 1 dyn anything <module 'm' from 'dyn __file__'> doc
