def g():
    x = yield 1
    yield x
it = g()
print(it.gi_running, it.gi_frame is not None, it.gi_yieldfrom, it.__name__, it.gi_code.co_name, it.gi_suspended)
next(it)
print(it.gi_suspended, it.gi_frame.f_locals)
it.close()
print(it.gi_frame)

# expect: False True None g g False
# expect: True {}
# expect: None
