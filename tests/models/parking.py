# SPDX-License-Identifier: MIT
"""Model of a lock over the parking lot (sched/thread/lock.c, parking.c): mutual exclusion, no lost
wake-up, no deadlock; with a timed waiter and hand-over of the lock."""
from _explore import State, check, check_broken

FREE, HELD, WAITED, CONTENDED = 0, 1, 2, 3      # bit 0: held, bit 1: someone is parked
FAULTS = ("park-without-recheck", "unlock-forgets-waiters", "timeout-loses-wake")


def build(fault, handoff):
    s = State(word=FREE, bucket=0, parked=[], woken=[0, 0, 0], given=[0, 0, 0], inside=0, done=0)

    def bucket_lock(s):
        yield lambda: not s.bucket
        s.bucket = 1

    def enter(s):
        assert s.inside == 0, "two holders"
        s.inside = 1
        yield
        s.inside = 0

    def unlock(s):
        if s.word == HELD:                              # one compare-and-swap
            s.word = FREE
            yield
            return
        yield
        yield from bucket_lock(s)
        yield
        if s.parked:
            w = s.parked.pop(0)
            if handoff:
                s.word = CONTENDED if s.parked else HELD
                s.given[w] = 1
            else:
                s.word = WAITED if s.parked and fault != "unlock-forgets-waiters" else FREE
            s.woken[w] = 1
        else:
            s.word = FREE
        s.bucket = 0
        yield

    def lock(s, me, timed):
        """Returns whether the lock is held."""
        while True:
            if not s.word & 1:                          # one compare-and-swap
                s.word |= 1
                return True
            yield
            if not s.word & 1:
                continue
            if s.word == HELD:
                s.word = CONTENDED
            yield
            yield from bucket_lock(s)
            yield
            if s.word != CONTENDED and fault != "park-without-recheck":
                s.bucket = 0
                continue
            s.parked.append(me)
            s.woken[me] = s.given[me] = 0
            s.bucket = 0
            if timed:
                yield                                   # asleep; then woken, or the time is up
                if not s.woken[me]:
                    if fault == "timeout-loses-wake":
                        yield
                        if me in s.parked:
                            s.parked.remove(me)
                        return False
                    yield from bucket_lock(s)
                    yield
                    late = not s.woken[me]
                    if late:
                        s.parked.remove(me)
                    s.bucket = 0
                    if late:
                        return False
            else:
                yield lambda: s.woken[me]
            if s.given[me]:
                return True

    def patient(s, me):
        got = yield from lock(s, me, False)
        assert got
        yield from enter(s)
        yield from unlock(s)
        s.done += 1

    def hasty(s, me):
        got = yield from lock(s, me, True)
        if got:
            yield from enter(s)
            yield from unlock(s)
        s.done += 1

    return s, [(patient, 0), (patient, 1), (hasty, 2)]


def final(s):
    assert s.done == 3 and not s.parked and not s.word & 1, "the lock is left held or waited for"


for handoff in (False, True):
    check("parking" + (" with hand-over" if handoff else ""), lambda: build(None, handoff), final)
check_broken(FAULTS[0], lambda: build(FAULTS[0], False), final)
check_broken(FAULTS[1], lambda: build(FAULTS[1], False), final)
check_broken(FAULTS[2], lambda: build(FAULTS[2], True), final)

# expect: parking holds
# expect: parking with hand-over holds
# expect: park-without-recheck is found
# expect: unlock-forgets-waiters is found
# expect: timeout-loses-wake is found
