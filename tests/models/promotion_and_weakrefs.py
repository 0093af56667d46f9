# SPDX-License-Identifier: MIT
"""Model of what gc/refcount.c adds to the biased count: promotion to an uncounted object by a foreign thread while the owner goes on counting, and
references taken through the weak reference table (object_try_incref) against the last release."""
from _explore import State, check, check_broken


def make(script, fault=None):
    def build():
        # count: the owner's part; shared: the others'; owned: the header names the owner; refs: references in truth; weak: the table has a row
        s = State(count=1, shared=0, owned=True, merged=False, queued=False, uncounted=False, weak=False, row=False, released=0, refs=1,
                  queue=0, mail=[0, 0, 0], ended=0)
        return s, script(fault)
    return build


def touch(s):
    assert not s.released, "the object is used after its release"


def release(s):
    assert not s.uncounted, "an uncounted object is released by counts"
    assert s.refs == 0, "released with %d references left" % s.refs
    assert not s.released, "released twice"
    s.row = False                       # weakref_clear_all, under the shard's lock, before the memory goes
    s.released = 1


def owner_decref(s, fault):
    touch(s)
    s.refs -= 1
    s.count -= 1
    if s.count:
        yield
        return
    yield
    plain = s.shared == 0 and not (s.merged or s.queued or s.uncounted)
    if fault != "fast-path-with-weakrefs":
        plain = plain and not s.weak
    yield
    if plain:
        release(s)
        return
    touch(s)
    s.owned = False
    if s.uncounted:
        yield
        return
    yield
    touch(s)
    s.merged = True
    last = s.shared == 0 and not s.queued and not s.uncounted
    yield
    if last:
        release(s)


def foreign_incref(s):
    touch(s)
    if not s.uncounted:
        s.shared += 1
    s.refs += 1
    yield


def foreign_decref(s):
    touch(s)
    s.refs -= 1
    if s.uncounted:
        yield
        return
    s.shared -= 1
    push = s.shared < 0 and not s.merged and not s.queued
    if push:
        s.queued = True
    last = s.merged and s.shared == 0 and not s.queued
    yield
    if push:
        s.queue += 1
    elif last:
        release(s)


def promote(s, fault):
    """One compare-and-swap by a holder of a reference; then the object goes to its owner's queue, so that it stops counting."""
    touch(s)
    push = s.owned and not s.merged and not s.queued
    s.uncounted = True
    if push:
        s.queued = True
    yield
    if push:
        s.queue += 1


def drain(s):
    while s.queue:
        s.queue -= 1
        yield
        touch(s)
        add, s.count = (s.count, 0) if s.owned else (0, s.count)
        s.owned = False
        yield
        touch(s)
        s.shared += add
        s.merged = True
        s.queued = False
        zero = s.shared == 0 and not s.uncounted
        yield
        if zero:
            release(s)


def weak_get(s, fault):
    """One step: the shard's lock keeps the row, and so the memory, while the header is looked at. True: a reference was taken."""
    if not s.row:
        return False
    touch(s)
    if fault == "resurrect" or s.uncounted or not (s.merged and s.shared == 0):
        if not s.uncounted:
            s.shared += 1
        s.refs += 1
        return True
    return False


def promoted(fault):
    def owner(s):
        s.refs += 1
        s.count += 1
        s.mail[0] = 1
        s.refs += 1
        s.count += 1
        s.mail[1] = 1
        yield
        yield from owner_decref(s, fault)
        while s.ended < 2:
            yield lambda: s.queue or s.ended == 2
            yield from drain(s)
        yield from drain(s)

    def promoter(s):
        yield lambda: s.mail[0]
        yield from foreign_incref(s)
        yield from promote(s, fault)
        yield from foreign_decref(s)
        yield from foreign_decref(s)
        s.ended += 1

    def dropper(s):
        yield lambda: s.mail[1]
        yield from foreign_incref(s)
        yield from foreign_decref(s)
        yield from foreign_decref(s)
        s.ended += 1

    return [(owner, None), (promoter, None), (dropper, None)]


def weakly(fault):
    def owner(s):
        s.weak = s.row = True           # it made the weak reference itself
        yield
        yield from owner_decref(s, fault)
        while s.ended < 2:
            yield lambda: s.queue or s.ended == 2
            yield from drain(s)
        yield from drain(s)

    def getter(s, i):
        for _ in range(2):
            yield
            if weak_get(s, fault):
                yield
                yield from foreign_decref(s)
        s.ended += 1

    return [(owner, None), (getter, 1), (getter, 2)]


def never_released(s):
    assert s.refs == 0 and s.uncounted and not s.released and not s.owned, "an uncounted object must stay, and its owner stop counting"


def released_once(s):
    assert s.refs == 0 and s.released == 1, "leaked: %d references, released %d" % (s.refs, s.released)


check("promotion", make(promoted), never_released)
check("weak references", make(weakly), released_once)
check_broken("fast-path-with-weakrefs", make(weakly, "fast-path-with-weakrefs"), released_once)
check_broken("resurrect", make(weakly, "resurrect"), released_once)

# expect: promotion holds
# expect: weak references holds
# expect: fast-path-with-weakrefs is found
# expect: resurrect is found
