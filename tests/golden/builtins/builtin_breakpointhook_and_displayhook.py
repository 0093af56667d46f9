import sys
sys.displayhook(5)
sys.displayhook(None)
import builtins
print(builtins._)

# expect: 5
# expect: 5
