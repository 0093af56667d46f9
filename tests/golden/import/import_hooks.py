import sys, importlib.abc, importlib.machinery
class F(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path, target=None):
        if name == "virtual":
            return importlib.machinery.ModuleSpec(name, self)
    def create_module(self, spec): return None
    def exec_module(self, m): m.x = "made"
sys.meta_path.insert(0, F())
import virtual
print(virtual.x, virtual.__spec__.name)  # expect: made virtual
