# __conditional_annotations__ may be bound to anything: what is no set is told, and a frozenset stays as it is.
for value in "0", "{}", "frozenset()", "frozenset({5})", "{5}":
    space = {}
    try:
        exec(f"__conditional_annotations__ = {value}\nx: int", space)
        print(space["__conditional_annotations__"])
    except TypeError as e:
        print(e, space["__conditional_annotations__"])
# expect: 'int' object is not a set 0
# expect: 'dict' object is not a set {}
# expect: 'frozenset' object is not a set frozenset()
# expect: 'frozenset' object is not a set frozenset({5})
# expect: {0, 5}
