import sys
print(sys.implementation.name, sys.implementation.cache_tag, sys._is_gil_enabled())
# expect: ladon ladon-314 False
# skip-cpython: names itself
