# SPDX-License-Identifier: MIT
"""Model of the biased reference count (gc/refcount.c): an object is released exactly once, when the
last reference is gone, and nobody touches it afterwards; with hand-over, queueing and merging."""
from _explore import State, check, check_broken, release, touch


def make(script, fault=None):
    def build():
        # count, shared, merged, queued: the header's two words; refs: how many references exist in
        # truth; queue: the owner's merge queue; mail: references handed to a process.
        s = State(count=1, shared=0, merged=False, queued=False, released=0, refs=1, queue=0,
                  mail=[0, 0, 0], ended=0)
        return s, script(fault)
    return build


def owner_incref(s):
    touch(s)
    s.count += 1
    s.refs += 1
    yield


def owner_zero(s, fault):
    touch(s)
    snapshot = (s.shared, s.merged, s.queued)
    yield
    if snapshot == (0, False, False):
        release(s)
        return
    touch(s)
    s.count = 0
    if fault == "no-merge":
        return
    yield
    touch(s)                            # one compare-and-swap that succeeded
    s.merged = True
    shared, queued = s.shared, s.queued
    yield
    if shared == 0 and (fault == "no-queued-test-at-zero" or not queued):
        release(s)


def owner_decref(s, fault):
    touch(s)
    s.refs -= 1
    s.count -= 1
    zero = s.count == 0
    yield
    if zero:
        yield from owner_zero(s, fault)


def foreign_incref(s):
    touch(s)
    s.shared += 1
    s.refs += 1
    yield


def foreign_decref(s, fault):
    touch(s)                            # one compare-and-swap that succeeded
    s.refs -= 1
    s.shared -= 1
    push = s.shared < 0 and not s.merged and not s.queued
    if fault == "queue-each-time":
        push = s.shared < 0 and not s.merged
    if push:
        s.queued = True
    last = s.merged and s.shared == 0 and (fault == "release-on-queued" or not s.queued)
    yield
    if push:
        s.queue += 1
    elif last:
        release(s)


def drain(s):
    """The owner's safepoint, or another thread that holds the owner's record."""
    while s.queue:
        s.queue -= 1
        yield
        touch(s)
        add, s.count = s.count, 0
        yield
        touch(s)                        # one compare-and-swap that succeeded
        s.shared += add
        s.merged = True
        s.queued = False
        zero = s.shared == 0
        yield
        if zero:
            release(s)


def handed_over(fault):
    """The owner hands two references it counted to others and drops its own; one of them copies its
    reference and hands the copy on."""
    def owner(s):
        yield from owner_incref(s)
        s.mail[0] = 1
        yield from owner_incref(s)
        s.mail[1] = 1
        yield from owner_decref(s, fault)
        while s.ended < 3:
            yield lambda: s.queue or s.ended == 3
            yield from drain(s)
        yield from drain(s)

    def copier(s):
        yield lambda: s.mail[0]
        yield from foreign_incref(s)
        s.mail[2] = 1
        yield
        yield from foreign_decref(s, fault)
        s.ended += 1

    def dropper(s, i):
        yield lambda: s.mail[i]
        yield from foreign_decref(s, fault)
        s.ended += 1

    return [(owner, None), (copier, None), (dropper, 1), (dropper, 2)]


def given_back(fault):
    """A thread makes two references of its own and hands them to the owner, which drops them: the
    owner's part can reach zero while the object still stands in its queue."""
    def owner(s):
        yield from owner_incref(s)
        yield from owner_incref(s)
        s.mail[0] = s.mail[1] = 1
        yield from owner_decref(s, fault)
        yield lambda: s.mail[2]
        yield from owner_decref(s, fault)
        yield from owner_decref(s, fault)
        while s.ended < 2:
            yield lambda: s.queue or s.ended == 2
            yield from drain(s)
        yield from drain(s)

    def giver(s):
        yield lambda: s.mail[0]
        yield from foreign_incref(s)
        yield from foreign_incref(s)
        s.mail[2] = 1
        yield
        yield from foreign_decref(s, fault)
        s.ended += 1

    def dropper(s, i):
        yield lambda: s.mail[i]
        yield from foreign_decref(s, fault)
        s.ended += 1

    return [(owner, None), (giver, None), (dropper, 1)]


def final(s):
    assert s.refs == 0 and s.released == 1, "leaked: %d references, released %d" % (s.refs, s.released)


check("handing over", make(handed_over), final)
check("giving back", make(given_back), final)
check_broken("no-queued-test-at-zero", make(given_back, "no-queued-test-at-zero"), final)
check_broken("no-merge", make(given_back, "no-merge"), final)
check_broken("queue-each-time", make(handed_over, "queue-each-time"), final)
check_broken("release-on-queued", make(given_back, "release-on-queued"), final)

# expect: handing over holds
# expect: giving back holds
# expect: no-queued-test-at-zero is found
# expect: no-merge is found
# expect: queue-each-time is found
# expect: release-on-queued is found
