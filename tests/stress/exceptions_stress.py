# SPDX-License-Identifier: MIT
"""One exception object raised and caught by several threads; notes, contexts, tracebacks."""
from _hammer import hammer

shared = ValueError("shared")


def deep(n):
    if n == 0:
        raise shared
    deep(n - 1)


def raiser(rng):
    try:
        deep(rng.randrange(5))
    except ValueError as e:
        e.__traceback__
        str(e)
        try:
            raise KeyError("k") from e
        except KeyError as k:
            if k.__cause__ is not shared:
                raise AssertionError


def note(rng):
    shared.add_note("n")
    if len(shared.__notes__) > 50:
        shared.__notes__ = []
    shared.args = ("a", "b")
    shared.__traceback__ = None


hammer(raiser, raiser, note, allowed=(AttributeError,))
print("ok")

# expect: ok
