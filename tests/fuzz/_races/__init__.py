# SPDX-License-Identifier: MIT
"""Random programs of several threads: run(seed) makes one from kinds and runs it to its end.

A kind is a function that takes a Random and gives back a list of operations, each a function that
takes a Random: it makes objects and says what may be done with them. A program takes some kinds and
has every thread do operations of them by chance. Any Exception is an answer that a race may have;
Broken is a promise that did not hold. What each thread asks for follows from the seed; how the
threads meet does not.
"""
import asyncio
import faulthandler
import logging
import os
import random
import sys
import threading

logging.disable(logging.CRITICAL)       # what loops and pools say of failed callbacks
KINDS = {}          # name -> maker of operations; filled when the modules are imported


class Broken(BaseException):
    """Something that must hold in spite of all races does not."""


def kind(maker):
    KINDS[maker.__name__] = maker
    return maker


class Chance(random.Random):
    """choice() may be asked of a list that others are emptying: Python's own would look for an item below 0 for ever."""

    def choice(self, seq):
        return super().choice(tuple(seq))


def must(condition, *what):
    if not condition:
        raise Broken(*what)


class Program:
    """Operations of some kinds, done by some threads."""

    def __init__(self, seed, names=(), turns=300, threads=0):
        rng = Chance(seed)
        self.seed, self.turns, self.failures = seed, turns, []
        self.names = list(names) or rng.sample(sorted(KINDS), rng.choice((1, 1, 2, 3)))
        self.threads = threads or rng.choice((2, 3, 3, 4))
        self.operations, self.checks = [], []
        for name in self.names:
            made = KINDS[name](rng)
            # A kind with a promise to check at the end gives (operations, check).
            if isinstance(made, tuple):
                made, check = made
                self.checks.append(check)
            self.operations.append(made)

    def work(self, number):
        rng = Chance(self.seed * 64 + number)
        try:
            self.barrier.wait()
            for _ in range(self.turns):
                try:
                    rng.choice(rng.choice(self.operations))(rng)
                except (Exception, GeneratorExit, asyncio.CancelledError):
                    pass
        except BaseException as e:
            self.failures.append("%s: %r" % (type(e).__name__, e.args))

    def run(self):
        self.barrier = threading.Barrier(self.threads)
        threads = [threading.Thread(target=self.work, args=(i,)) for i in range(self.threads)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        for check in self.checks:
            check()
        if self.failures:
            raise Broken(*self.failures)


def run(seed, names=(), turns=300, threads=0, limit=150, loud=False):
    """One program. limit: seconds after which it counts as hung: its stacks are shown and the process ends."""
    program = Program(seed, names, turns, threads)
    if loud:
        os.write(2, ("seed %d: %s, %d threads\n" % (seed, " ".join(program.names), program.threads)).encode())
    faulthandler.dump_traceback_later(limit, exit=True)
    try:
        program.run()
    except Broken as e:
        sys.__stderr__.write("seed %d: %s, %d threads: %s\n" % (seed, " ".join(program.names), program.threads, e))
        raise
    finally:
        faulthandler.cancel_dump_traceback_later()


from . import code, data, exact, inside, objects, system      # noqa: E402,F401
