# SPDX-License-Identifier: MIT
"""Model of a table read without a lock: the writer publishes value, then index, then size; it
replaces a table as a whole and retires the old one; a reader between two safepoints never sees a
half-written entry nor a block or value that was released."""
from _explore import State, check, check_broken

FAULTS = ("index-first", "size-first", "free-at-once", "release-value-at-once", "seen-after-read")


def build(fault):
    # tables[i] = (capacity, entries); an entry is a value id or None. alive: blocks and values.
    s = State(table=0, sizes=[1, 1], entries=[["a", None], ["a", None, None, None]],
              freed=[], retired=[], reading=0, quiet=0, locked=0, seen=0)

    def reader(s):
        # First touch: takes the lock once and marks the container as seen by others.
        if fault != "seen-after-read":
            yield lambda: not s.locked
            s.locked = 1
            yield
            s.seen = 1
            s.locked = 0
        for _ in range(2):
            s.reading = 1
            t = s.table
            yield
            n = s.sizes[t]
            yield
            assert "table%d" % t not in s.freed, "read a table that was freed"
            for i in range(n):
                v = s.entries[t][i]
                yield
                assert v is not None, "a half-written entry"
                if v == "gone":
                    continue
                assert v not in s.freed, "a value that was released"
            s.reading = 0
            s.quiet += 1                # safepoint: a quiescent state
            yield
        if fault == "seen-after-read":
            s.seen = 1
        s.quiet = 99

    def append(s, t, value):
        i = s.sizes[t]
        if fault == "size-first":
            s.sizes[t] = i + 1
            yield
            s.entries[t][i] = value
            yield
        else:
            s.entries[t][i] = value
            yield
            s.sizes[t] = i + 1
            yield

    def let_go(s, what):
        if not s.seen or (fault == "free-at-once" and what.startswith("table")) or (
                fault == "release-value-at-once" and not what.startswith("table")):
            s.freed.append(what)
        else:
            s.retired.append((what, s.quiet))

    def writer(s):
        yield lambda: not s.locked
        s.locked = 1
        yield from append(s, 0, "b")
        s.locked = 0
        yield lambda: not s.locked
        s.locked = 1
        yield
        # Grow: fill the new table before it is published.
        if fault == "index-first":
            s.table = 1
            yield
        s.entries[1][0] = s.entries[0][0]
        s.entries[1][1] = s.entries[0][1]
        if fault == "index-first":
            s.sizes[1] = 3
            yield
            s.entries[1][2] = "c"
        else:
            s.sizes[1] = 2
            yield
            s.table = 1
        yield
        let_go(s, "table0")
        s.locked = 0
        yield lambda: not s.locked
        s.locked = 1
        s.entries[1][0] = "gone"
        yield
        let_go(s, "a")
        s.locked = 0

    def reclaimer(s):
        for _ in range(2):
            yield lambda: s.retired or len(s.freed) == 2
            if len(s.freed) == 2:
                return
            what, since = s.retired.pop(0)
            # A grace period: the reader has passed a safepoint since, or is not reading at all.
            start = s.quiet
            if s.reading:
                yield lambda: s.quiet > start or not s.reading
            s.freed.append(what)

    return s, [(reader, None), (writer, None), (reclaimer, None)]


check("publication", lambda: build(None))
for fault in FAULTS:
    check_broken(fault, lambda: build(fault))

# expect: publication holds
# expect: index-first is found
# expect: size-first is found
# expect: free-at-once is found
# expect: release-value-at-once is found
# expect: seen-after-read is found
