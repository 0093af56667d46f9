# __package__ that is not __spec__.parent is reported; a relative import without globals is a KeyError.
import types
import warnings

spec = types.SimpleNamespace(parent="os")
with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always")
    __import__("path", {"__package__": "os", "__spec__": spec}, None, (), 1)
    print(len(seen))  # expect: 0
    try:
        __import__("decoder", {"__package__": "json", "__spec__": spec}, None, ("x",), 1)
    finally:
        print([(w.category.__name__, str(w.message)) for w in seen])  # expect: [('DeprecationWarning', '__package__ != __spec__.parent')]
try:
    __import__("sys", level=1)
except KeyError as e:
    print(e)  # expect: "'__name__' not in globals"
