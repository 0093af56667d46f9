# SPDX-License-Identifier: MIT
# Queues of concurrent.interpreters, within one interpreter.
import _interpqueues
import concurrent.interpreters as interpreters


def report(what, *args, **kwargs):
    try:
        print(what.__name__, what(*args, **kwargs))
    except Exception as e:
        print(what.__name__, type(e).__name__, str(e).split(" at 0x")[0])


q = interpreters.create_queue(2)
item = [1, {"a": (2, "b")}]
q.put(item)
q.put((None, 1.5, b"x"))
report(q.put_nowait, 3)
got = q.get()
print(got == item, got is item, q.get(), q.empty())
report(q.get_nowait)
report(q.get, timeout=0)
q.put(q)
print(q.get() is q)
q.put(memoryview(b"abc"))
print(bytes(q.get()))
q.put(len)
print(q.get() is len)
report(q.put, (i for i in ()))
print(q.maxsize, q.qsize(), q.full(), _interpqueues.get_queue_defaults(q.id))
strict = _interpqueues.create(0, 1, 0)
_interpqueues.bind(strict)
report(_interpqueues.put, strict, [1])
report(_interpqueues.put, strict, (1, [2]))
_interpqueues.put(strict, (1, ("a", None)))
report(_interpqueues.get, strict)
report(_interpqueues.put, strict, 1, 9)
report(_interpqueues.create, 0, 9)
print((strict, 1, 0) in _interpqueues.list_all(), _interpqueues.get_count(strict), _interpqueues.is_full(strict))
_interpqueues.release(strict)
report(_interpqueues.get, strict)
other = _interpqueues.create(-5)
print(_interpqueues.get_maxsize(other))
report(_interpqueues.release, other)
_interpqueues.destroy(other)
report(_interpqueues.destroy, other)
report(_interpqueues.get, -1)
report(_interpqueues.get, "x")
print(issubclass(interpreters.QueueEmpty, _interpqueues.QueueError))
# expect: put_nowait QueueFull queue 1 is full
# expect: True False (None, 1.5, b'x') True
# expect: get_nowait QueueEmpty queue 1 is empty
# expect: get QueueEmpty queue 1 is empty
# expect: True
# expect: b'abc'
# expect: True
# expect: put NotShareableError <generator object <genexpr>
# expect: 2 0 False (3, 1)
# expect: put NotShareableError [1] does not support cross-interpreter data
# expect: put NotShareableError (1, [2]) does not support cross-interpreter data
# expect: get ((1, ('a', None)), None)
# expect: put ValueError unsupported unboundop 9
# expect: create ValueError unsupported unboundop 9
# expect: True 0 False
# expect: get QueueNotFoundError queue 2 not found
# expect: -5
# expect: release QueueError queue 3 never bound
# expect: destroy QueueNotFoundError queue 3 not found
# expect: get ValueError queue ID must be a non-negative int, got -1
# expect: get TypeError queue ID must be an int, got str
# expect: True
