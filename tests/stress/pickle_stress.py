# SPDX-License-Identifier: MIT
"""pickle of containers and instances that other threads change; Picklers, Unpicklers and PickleBuffers that several threads use at once."""
import io
import pickle
from _hammer import hammer


class Plain:
    def __init__(self):
        self.a, self.b = 1, [2]


class Resetting:
    """Comes back into the pickler that writes it."""
    def __reduce__(self):
        try:
            pickler.clear_memo()
            pickler.memo.copy()
        except RuntimeError:
            pass
        return int, (5,)


shared_list, shared_dict, shared_set, shared_bytes = [[i] for i in range(50)], {str(i): [i] for i in range(50)}, set(range(50)), bytearray(b"x" * 1000)
objects = [Plain() for i in range(8)]
pickler, target = pickle.Pickler(io.BytesIO(), 5), pickle.dumps([[i, str(i)] for i in range(30)])
unpickler = pickle.Unpickler(io.BytesIO(target * 50))
buffers = [pickle.PickleBuffer(bytearray(b"abc" * 100))]


def check(v):
    if not (isinstance(v, list) and all(isinstance(i, (list, int)) for i in v)):
        raise SystemExit("wrong %r" % (v,))


def dump_shared(rng):
    proto = rng.randrange(6)
    check(pickle.loads(pickle.dumps(shared_list, proto)))
    check(list(pickle.loads(pickle.dumps(shared_dict, proto)).values()))
    check(list(pickle.loads(pickle.dumps(shared_set, proto))))
    if set(pickle.loads(pickle.dumps(shared_bytes, proto))) - {120, 121}:
        raise SystemExit("wrong bytes")
    for o in pickle.loads(pickle.dumps(objects, max(proto, 2))):
        if o.__dict__.get("a", 1) != 1:
            raise SystemExit("wrong attribute")


def change(rng):
    i = rng.randrange(50)
    shared_list[i % len(shared_list)] = list(range(i))
    shared_list.append([i])
    shared_list.pop()
    shared_dict.pop(str(i), None)
    shared_dict[str(i)] = [i, i]
    shared_set.discard(i)
    shared_set.add(i)
    shared_bytes[i] = 120 + i % 2
    o = objects[i % 8]
    k = rng.randrange(5)
    if k == 0:
        o.b = list(range(i))
    elif k == 1:
        setattr(o, "extra%d" % (i % 3), [i])
    elif k == 2:
        o.__dict__.pop("extra1", None)
    elif k == 3:
        o.__dict__.get("a")
    else:
        objects[i % 8] = Plain()


def use_machines(rng):
    k = rng.randrange(9)
    if k == 8:
        pickler.fast, pickler.bin = rng.randrange(2), 1
    elif k == 0:
        pickler.dump([shared_list, Resetting(), "text"])
    elif k == 1:
        pickler.clear_memo()
    elif k == 2:
        pickler.memo = pickler.memo.copy()
    elif k == 3:
        pickler.__init__(io.BytesIO(), rng.randrange(6))
    elif k == 4:
        check(unpickler.load())
    elif k == 5:
        unpickler.__init__(io.BytesIO(target * 50))
    elif k == 6:
        unpickler.memo.clear()
        unpickler.memo = {1: [2], 2**40: 3}
    else:
        pickler.persistent_id = (lambda o: None) if rng.randrange(2) else (lambda o: None if type(o) is not str else o)
        pickler.dispatch_table = {}
        del pickler.persistent_id


def use_buffers(rng):
    b = buffers[0]
    k = rng.randrange(5)
    if k == 0:
        buffers[0] = pickle.PickleBuffer(bytearray(b"abc" * 100))
        b.release()
    elif k == 1 and bytes(b.raw()) != b"abc" * 100:
        raise SystemExit("wrong buffer")
    elif k == 2 and pickle.loads(pickle.dumps(b, 5)) != b"abc" * 100:
        raise SystemExit("wrong pickled buffer")
    elif k == 3:
        memoryview(b).release()
    else:
        pickle.dumps([b], 5, buffer_callback=lambda b: None)


# RuntimeError: in use, or a container changed. The memo of a pickle in several parts is cleared and the file put back meanwhile.
races = (RuntimeError, IndexError, KeyError, AttributeError, EOFError, pickle.PickleError)
hammer(dump_shared, dump_shared, change, change, use_machines, use_machines, use_machines, use_buffers, use_buffers, turns=300, allowed=races + (ValueError,))
print("ok")

# expect: ok
