# The modules that the library's tests take for frozen ones: FrozenImporter finds and runs them where frozen modules are asked for.
import _imp, importlib.machinery, sys
finder = importlib.machinery.FrozenImporter
def show(name):
    spec = finder.find_spec(name)
    print(name, spec.submodule_search_locations is not None, spec.loader_state.origname)
_imp._override_frozen_modules_for_tests(-1)
print(finder.find_spec("__hello__"), finder.find_spec("zipimport") is None)
_imp._override_frozen_modules_for_tests(1)
for name in "__hello__", "__hello_alias__", "__hello_only__", "__phello__", "__phello__.__init__", "__phello__.ham", "__phello__.ham.eggs", "__phello__.spam", "__phello_alias__":
    show(name)
import __phello__.spam
print(__phello__.spam, __phello__.spam.__spec__.loader is finder)
__phello__.spam.main()
_imp._override_frozen_modules_for_tests(0)
try:
    _imp.get_frozen_object("no such one")
except ImportError as e:
    print(e)
class Spec: name, origin = "a\0b", "c"
try:
    _imp.create_dynamic(Spec)
except ValueError as e:
    print(e)
# expect: None False
# expect: __hello__ False __hello__
# expect: __hello_alias__ False __hello__
# expect: __hello_only__ False None
# expect: __phello__ True __phello__
# expect: __phello__.__init__ False <__phello__
# expect: __phello__.ham True __phello__.ham
# expect: __phello__.ham.eggs False __phello__.ham.eggs
# expect: __phello__.spam False __phello__.spam
# expect: __phello_alias__ True __hello__
# expect: <module '__phello__.spam' (frozen)> True
# expect: Hello world!
# expect: No such frozen object named 'no such one'
# expect: embedded null character
