import sys, types
sys.modules["m"] = types.ModuleType("m")
from m import no_such_name

# expect-error: ImportError: cannot import name 'no_such_name' from 'm' (unknown location)
