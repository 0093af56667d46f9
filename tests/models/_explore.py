# SPDX-License-Identifier: MIT
"""A small explicit-state explorer for protocols: all interleavings of a few processes.

A process is a generator function of the shared state. Code between two yields is one atomic step;
a yield may hand out a condition (a function without arguments), and the process then waits until it
is true. The state is a State whose attributes are plain values. Every reachable combination of
state and process positions is visited once; a failed assert, an exception or a deadlock ends the
search with the schedule that led there. Memory is sequentially consistent: what a model shows is
that the order of steps is right, not that the fences are.
"""


class State:
    """Shared variables; attributes must have a faithful repr."""

    def __init__(self, **values):
        self.__dict__.update(values)

    def key(self):
        return repr(sorted(self.__dict__.items()))


class Violation(Exception):
    def __init__(self, what, schedule):
        super().__init__("%s; schedule %s" % (what, " ".join(schedule)))
        self.what = what


def position(generator):
    """Where a process stands: lines and locals of its generator and those it delegates to."""
    places = []
    while generator is not None and generator.gi_frame is not None:
        frame = generator.gi_frame
        places.append((frame.f_lineno, repr(sorted(
            (k, v) for k, v in frame.f_locals.items() if k != "s" and not callable(v)))))
        generator = generator.gi_yieldfrom
    return tuple(places)


class Run:
    """One execution, rebuilt from its schedule: generators cannot be copied."""

    def __init__(self, make, schedule):
        self.state, processes = make()
        self.names = [p.__name__ if i is None else "%s%s" % (p.__name__, i) for p, i in processes]
        self.running = [p(self.state) if i is None else p(self.state, i) for p, i in processes]
        self.waits = [None] * len(self.running)
        self.ended = [False] * len(self.running)
        for i in schedule:
            self.step(i)

    def step(self, i):
        try:
            self.waits[i] = next(self.running[i])
        except StopIteration:
            self.ended[i] = True

    def ready(self):
        return [i for i in range(len(self.running))
                if not self.ended[i] and (self.waits[i] is None or self.waits[i]())]

    def key(self):
        return self.state.key(), tuple(
            "ended" if e else position(g) for e, g in zip(self.ended, self.running))


def explore(make, final=None, limit=400_000):
    """make() returns (State, [(process, index or None), ...]); final(state) is asserted at each end.
    Returns the number of distinct states."""
    seen = set()
    stack = [()]
    while stack:
        schedule = stack.pop()
        run = Run(make, schedule[:-1])
        names = [run.names[i] for i in schedule]
        if schedule:
            try:
                run.step(schedule[-1])
            except AssertionError as e:
                raise Violation("assertion: %s" % e, names) from None
        key = run.key()
        if key in seen:
            continue
        seen.add(key)
        if len(seen) > limit:
            raise Violation("more than %d states" % limit, [])
        ready = run.ready()
        if not ready:
            if not all(run.ended):
                raise Violation("deadlock", names)
            if final is not None:
                try:
                    final(run.state)
                except AssertionError as e:
                    raise Violation("at the end: %s" % e, names) from None
        for i in ready:
            stack.append(schedule + (i,))
    return len(seen)


def check(name, make, final=None):
    """The model holds."""
    states = explore(make, final)
    assert states > 10, "the model hardly does anything"
    print(name, "holds")


def check_broken(name, make, final=None):
    """The model with a fault built in: the explorer must find it."""
    try:
        explore(make, final)
    except Violation:
        print(name, "is found")
        return
    raise SystemExit("%s: the fault was not found" % name)


# What the models of reference counts assert: s.refs is how many references exist in truth, s.released whether the object is gone.
def touch(s):
    assert not s.released, "the object is used after its release"


def release(s):
    assert s.refs == 0, "released with %d references left" % s.refs
    assert not s.released, "released twice"
    s.released = 1
