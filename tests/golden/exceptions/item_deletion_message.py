# Objects whose items can't be deleted say so in two ways: sequences asked for an index, and everyone else.
import types
class C: pass
for o in (1, None, iter([]), (1, 2), "a", b"a", range(3), frozenset(), types.MappingProxyType({}), {}.keys(), C()):
    for key in (0, "a", slice(1)):
        try:
            del o[key]
        except TypeError as e:
            print(e)
# expect: 'int' object does not support item deletion
# expect: 'int' object does not support item deletion
# expect: 'int' object does not support item deletion
# expect: 'NoneType' object does not support item deletion
# expect: 'NoneType' object does not support item deletion
# expect: 'NoneType' object does not support item deletion
# expect: 'list_iterator' object does not support item deletion
# expect: 'list_iterator' object does not support item deletion
# expect: 'list_iterator' object does not support item deletion
# expect: 'tuple' object doesn't support item deletion
# expect: 'tuple' object does not support item deletion
# expect: 'tuple' object does not support item deletion
# expect: 'str' object doesn't support item deletion
# expect: 'str' object does not support item deletion
# expect: 'str' object does not support item deletion
# expect: 'bytes' object doesn't support item deletion
# expect: 'bytes' object does not support item deletion
# expect: 'bytes' object does not support item deletion
# expect: 'range' object doesn't support item deletion
# expect: 'range' object does not support item deletion
# expect: 'range' object does not support item deletion
# expect: 'frozenset' object doesn't support item deletion
# expect: 'frozenset' object does not support item deletion
# expect: 'frozenset' object does not support item deletion
# expect: 'mappingproxy' object doesn't support item deletion
# expect: 'mappingproxy' object does not support item deletion
# expect: 'mappingproxy' object does not support item deletion
# expect: 'dict_keys' object doesn't support item deletion
# expect: 'dict_keys' object does not support item deletion
# expect: 'dict_keys' object does not support item deletion
# expect: 'C' object doesn't support item deletion
# expect: 'C' object does not support item deletion
# expect: 'C' object does not support item deletion
