# SPDX-License-Identifier: MIT
# Attribute methods of all types, called with names that are no strings.
import functools
import io
import threading
import types

objects = [threading.local(), types.SimpleNamespace(), types.ModuleType("m"), lambda: 0, ValueError(), object(), 5, "", [], functools.partial(len), io.StringIO(), super(int, 5), int]
wrong = 0
for o in objects:
    for name in (5, b"x", None, [], 2.5, ("a",)):
        for f, args in (("__setattr__", (o, name, 1)), ("__getattribute__", (o, name)), ("__delattr__", (o, name))):
            try:
                getattr(type(o), f)(*args)
            except TypeError:
                continue
            wrong += 1
            print(type(o), name, f)
print(wrong)
try:
    threading.local().__setattr__(5, 1)
except TypeError as e:
    print(e)

# expect: 0
# expect: attribute name must be string, not 'int'
