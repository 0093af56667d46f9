# SPDX-License-Identifier: MIT
"""Model of stop-the-world (sched/thread/thread.c): while a thread has the world no other runs Python
code; threads that attach during a stop wait and come in at its end, before the next stop."""
from _explore import State, check, check_broken

ATTACHED, DETACHED, PARKED = "attached", "detached", "parked"
FAULTS = ("state-read-before-flag", "attach-ignores-stop", "end-forgets-waiters")


def build(fault):
    s = State(state=[ATTACHED, DETACHED, ATTACHED], poll=[0, 0, 0], stopper=None, inside=None, mutex=0, waiting=[0, 0, 0], stops=0,
              done=[0, 0, 0])

    def run_python(s, me):
        assert s.inside is None or s.inside == me, "runs in a stopped world"

    def mutex(s):
        yield lambda: not s.mutex
        s.mutex = 1

    def park(s, me):
        """A safepoint of a thread that was asked to stop."""
        yield from mutex(s)
        if s.stopper is None or s.stopper == me:
            s.mutex = 0
            return
        s.state[me] = PARKED
        s.waiting[me] = 1
        s.mutex = 0
        yield lambda: s.state[me] == ATTACHED
        s.waiting[me] = 0

    def safepoint(s, me):
        if s.poll[me]:
            yield
            yield from park(s, me)
        yield

    def detach(s, me):
        s.state[me] = DETACHED
        yield

    def attach(s, me):
        # One compare-and-swap from DETACHED; the stopper moves it to PARKED under the mutex.
        if fault == "attach-ignores-stop" and s.state[me] in (DETACHED, PARKED):
            s.state[me] = ATTACHED
            yield
            return
        if s.state[me] == DETACHED:
            s.state[me] = ATTACHED
            yield
            return
        # Says that it waits, under the mutex, and is handed the attached state at the end of the stop.
        yield from mutex(s)
        if s.state[me] == DETACHED:
            s.state[me] = ATTACHED
            s.mutex = 0
            return
        s.waiting[me] = 1
        s.mutex = 0
        yield lambda: s.state[me] == ATTACHED
        s.waiting[me] = 0

    def stop(s, me):
        while True:
            yield from mutex(s)
            if s.stopper is None:
                break
            s.mutex = 0
            yield from park(s, me)
        s.stopper = me
        yield
        others = [i for i in range(3) if i != me]
        if fault == "state-read-before-flag":
            # Looks at the states once, before it asks anyone to poll.
            pending = [i for i in others if s.state[i] == ATTACHED]
            yield
            for i in others:
                s.poll[i] = 1
        else:
            for i in others:
                s.poll[i] = 1
                yield
            pending = None
        while True:
            for i in others:
                if s.state[i] == DETACHED and fault != "state-read-before-flag":
                    s.state[i] = PARKED
            left = [i for i in (others if pending is None else pending) if s.state[i] == ATTACHED]
            if not left:
                break
            s.mutex = 0
            yield lambda: not any(s.state[i] == ATTACHED for i in left)
            yield from mutex(s)
        s.inside = me
        s.mutex = 0
        yield
        run_python(s, me)
        s.stops += 1
        yield from mutex(s)
        s.inside = None
        s.stopper = None
        for i in others:
            s.poll[i] = 0
            if s.state[i] == PARKED:
                s.state[i] = ATTACHED if s.waiting[i] and fault != "end-forgets-waiters" else DETACHED
        s.mutex = 0
        yield

    def worker(s, me):
        for _ in range(2):
            run_python(s, me)
            yield from safepoint(s, me)
        yield from detach(s, me)
        s.done[me] = 1

    def sleeper(s, me):
        yield from attach(s, me)
        run_python(s, me)
        yield from safepoint(s, me)
        run_python(s, me)
        yield from detach(s, me)
        s.done[me] = 1

    def stopper(s, me):
        yield from stop(s, me)
        run_python(s, me)
        yield from safepoint(s, me)
        yield from stop(s, me)
        yield from detach(s, me)
        s.done[me] = 1

    return s, [(worker, 0), (sleeper, 1), (stopper, 2)]


def final(s):
    assert s.stops == 2 and s.stopper is None and s.done == [1, 1, 1], "somebody did not get through"


check("stop-the-world", lambda: build(None), final)
for fault in FAULTS:
    check_broken(fault, lambda: build(fault), final)

# expect: stop-the-world holds
# expect: state-read-before-flag is found
# expect: attach-ignores-stop is found
# expect: end-forgets-waiters is found
