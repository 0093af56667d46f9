import sys
print(sorted(k for k in globals() if k.startswith("__")))
print(__doc__, __package__, __spec__, type(__loader__).__name__, type(__builtins__).__name__)

# expect: ['__builtins__', '__cached__', '__doc__', '__file__', '__loader__', '__name__', '__package__', '__spec__']
# expect: None None None SourceFileLoader module
