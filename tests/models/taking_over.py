# SPDX-License-Identifier: MIT
"""Model of what gc/refcount.c calls taking over: a thread that hits an object often has the owner merge it and then becomes its owner, by one change of
both words of the count, while others drop their references."""
from _explore import State, check, check_broken, release, touch

A, B, C = 0, 1, 2


def make(script, fault=None):
    def build():
        # owner, count: the biased word; shared, merged, queued: the other one; refs: references in truth, one each for A, B and C at first.
        s = State(owner=A, count=3, shared=0, merged=False, queued=False, released=0, refs=3, queue=[0, 0, 0], ended=0)
        return s, script(fault)
    return build


def incref(s, me):
    touch(s)
    if s.owner == me:
        s.count += 1
    else:
        s.shared += 1
    s.refs += 1
    yield


def decref(s, me, fault):
    touch(s)
    if s.owner == me:
        s.refs -= 1
        s.count -= 1
        yield
        if s.count == 0:
            yield from owner_zero(s)
        return
    while True:
        touch(s)
        owner, count, word = s.owner, s.count, (s.shared, s.merged, s.queued)
        push = s.shared - 1 < 0 and not s.merged and not s.queued
        yield
        touch(s)                        # the compare-and-swap: of both words when the object is to be queued
        if (s.shared, s.merged, s.queued) != word:
            continue
        if push and fault != "one-word" and (s.owner, s.count) != (owner, count):
            continue
        break
    s.refs -= 1
    s.shared -= 1
    s.queued = s.queued or push
    last = s.merged and s.shared == 0 and not s.queued
    yield
    if push:
        s.queue[owner] += 1
    elif last:
        release(s)


def owner_zero(s):
    snapshot = (s.shared, s.merged, s.queued)
    yield
    if snapshot == (0, False, False):
        release(s)
        return
    touch(s)
    s.owner = None
    yield
    touch(s)
    s.merged = True
    last = s.shared == 0 and not s.queued
    yield
    if last:
        release(s)


def drain(s, me):
    while s.queue[me]:
        s.queue[me] -= 1
        yield
        touch(s)
        add = 0
        if s.owner == me:
            add, s.count, s.owner = s.count, 0, None
        yield
        touch(s)
        s.shared += add
        s.merged, s.queued = True, False
        last = s.shared == 0
        yield
        if last:
            release(s)


def take_over(s, me, fault):
    """By a holder of a reference. Reading and the compare-and-swap in one step: it fails when anything changed, and is not tried again."""
    touch(s)
    if s.queued:
        return
    if not s.merged:
        if s.owner not in (me, None) and fault != "unmerged":
            s.queued = True
            owner = s.owner
            yield
            s.queue[owner] += 1
            yield
            return
        if fault != "unmerged":
            return
    elif s.shared <= 0:
        return
    if fault == "part" and s.shared > 1:
        s.owner, s.count, s.shared, s.merged = me, s.shared + 1, -1, False
    else:
        s.owner, s.count, s.shared, s.merged = me, s.shared, 0, False
    yield


def threads(fault):
    def first(s):
        yield from decref(s, A, fault)
        s.ended += 1
        while s.ended < 3 or s.queue[A]:
            yield lambda: s.queue[A] or s.ended == 3
            yield from drain(s, A)

    def taker(s):
        yield from incref(s, B)
        yield from take_over(s, B, fault)
        yield from take_over(s, B, fault)
        yield from decref(s, B, fault)
        yield from decref(s, B, fault)
        s.ended += 1
        while s.ended < 3 or s.queue[B]:
            yield lambda: s.queue[B] or s.ended == 3
            yield from drain(s, B)

    def dropper(s):
        yield from decref(s, C, fault)
        s.ended += 1

    return [(first, None), (taker, None), (dropper, None)]


def final(s):
    assert s.refs == 0 and s.released == 1, "leaked: %d references, released %d" % (s.refs, s.released)


check("taking over", make(threads), final)
check_broken("one-word", make(threads, "one-word"), final)
check_broken("unmerged", make(threads, "unmerged"), final)
check_broken("part", make(threads, "part"), final)

# expect: taking over holds
# expect: one-word is found
# expect: unmerged is found
# expect: part is found
