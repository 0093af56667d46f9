import sys
print(sys.getsizeof([]) > 0, sys.getrefcount(object()) >= 1, sys.intern("x") is "x", callable(sys.exit), len(sys.path) > 0, "sys" in sys.modules, sys.stdin.fileno(), sys.stdout.encoding, sys.getswitchinterval() > 0, type(sys.flags).__name__, sys._getframe().f_code.co_name, sys.thread_info.name)
sys.setrecursionlimit(500)
print(sys.getrecursionlimit())
try:
    sys.setrecursionlimit(0)
except ValueError as e:
    print(e)
print("builtins" in sys.builtin_module_names, "os" in sys.stdlib_module_names, sys.float_info.dig, sys.long_info if hasattr(sys, "long_info") else "no")

# expect: True True True True True True 0 utf-8 True flags <module> pthread
# expect: 500
# expect: recursion limit must be greater or equal than 1
# expect: True True 15 no
