# SPDX-License-Identifier: MIT
# CPython's own tests of the built-in types, each method in several threads at once, every thread with an instance of its own: what they share is what
# the tests share without meaning to (classes, modules, caches, interned objects). Their results do not count, only crashes, hangs and races.
# timeout: 240
import importlib
import io
import os
import random
import sys
import tempfile
import threading
import time
import unittest

from _hammer import LIMIT

MODULES = "bytes", "collections", "deque", "dict", "enum", "functools", "generators", "itertools", "json", "list", "memoryio", "ordered_dict", "set", "weakref"
THREADS, JOIN_SECONDS = 3, 60
# What is about the whole process (the one with reentrancy replaces builtins.len, which all threads call), or wants more memory or time than a test in
# passing may.
LEFT_OUT = ("recursi", "thread", "fork", "signal", "bigmem", "huge", "deep", "exit", "main", "gc", "subprocess", "script", "trac", "unraisable", "std", "memoryerror",
            "race", "random_", "long_chain", "reentrancy_with_len")

SEED = int(os.environ.get("STRESS_SEED", "20264"))      # which tests the time is enough for
print("seed", SEED, file=sys.stderr)


def methods(suite):
    for t in suite:
        if isinstance(t, unittest.TestSuite):
            yield from methods(t)
        elif type(t).__init__ is unittest.TestCase.__init__ and not any(word in t.id().lower() for word in LEFT_OUT):
            yield t


def together(test):
    """Runs the method in all threads; the number of those that it was run in."""
    cls, name = type(test), test._testMethodName
    start, runs = threading.Barrier(THREADS), []

    def run():
        start.wait(JOIN_SECONDS)
        result = unittest.TestResult()
        cls(name).run(result)
        runs.append(result.testsRun)

    threads = [threading.Thread(target=run, daemon=True) for _ in range(THREADS)]
    for t in threads:
        t.start()
    for t in threads:
        t.join(JOIN_SECONDS)
        if t.is_alive():
            raise SystemExit("%s hangs; seed %d" % (test.id(), SEED))
    return sum(runs)


def main():
    tests = []
    for module in MODULES:
        tests += methods(unittest.defaultTestLoader.loadTestsFromModule(importlib.import_module("test.test_" + module)))
    random.Random(SEED).shuffle(tests)
    end, runs, count = time.monotonic() + 5 * LIMIT, 0, 0
    out, sys.stdout = sys.stdout, io.StringIO()
    try:
        for test in tests:
            if time.monotonic() > end:
                break
            print("at", test.id(), file=sys.stderr)
            runs += together(test)
            count += 1
    finally:
        sys.stdout = out
    print("ok" if count and runs == count * THREADS else "only %d runs of %d tests" % (runs, count))


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    main()
    os.chdir("/")
# expect: ok
