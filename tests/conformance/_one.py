# SPDX-License-Identifier: MIT
"""Runs the tests of one module and reports each as it ends, as a line of JSON on standard output.

    _one.py MODULE [FILE]

FILE names tests to leave out, one a line (those an earlier process has dealt with). Lines:
{"start": id}, {"test": id, "status": pass|fail|error|skip, "why": text}, {"end": module}. What the
tests themselves print goes nowhere.
"""
import importlib.metadata   # this and unittest.mock CPython's own runner has loaded: some tests of importlib rely on it (they fail alone on CPython, too)
import json
import os
import sys
import unittest
import unittest.mock

PIPE = os.dup(1)


def emit(record):
    data = (json.dumps(record) + "\n").encode("ascii")
    while data:
        data = data[os.write(PIPE, data):]


class Reporter(unittest.TestResult):
    """Turns unittest's events into lines; a test is bad when any of its parts was."""

    def __init__(self):
        super().__init__()
        self.current = None
        self.verdict = None

    def startTest(self, test):
        super().startTest(test)
        self.current, self.verdict = test.id(), ("pass", "")
        emit({"start": self.current})

    def stopTest(self, test):
        super().stopTest(test)
        emit({"test": self.current, "status": self.verdict[0], "why": self.verdict[1]})
        self.current = None

    def settle(self, test, status, why):
        if self.current is None:            # a fixture of a class or module, not a test
            emit({"test": test.id(), "status": status, "why": why})
        elif self.verdict[0] in ("pass", "skip"):
            self.verdict = (status, why)

    @staticmethod
    def describe(err):
        try:
            text = str(err[1])
        except Exception:
            text = "<no text>"
        text = text.strip().split("\n")[0] if text.strip() else ""
        return (err[0].__name__ + ": " + text)[:200]

    def addError(self, test, err):
        self.settle(test, "error", self.describe(err))

    def addFailure(self, test, err):
        self.settle(test, "fail", self.describe(err))

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self.settle(test, "fail", self.describe(err))

    def addSkip(self, test, reason):
        if self.current is None:
            emit({"test": test.id(), "status": "skip", "why": str(reason)[:200]})
        elif self.verdict[0] == "pass":
            self.verdict = ("skip", str(reason)[:200])

    def addExpectedFailure(self, test, err):
        pass

    def addUnexpectedSuccess(self, test):
        self.settle(test, "fail", "passed, but is marked as an expected failure")


def flatten(suite):
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from flatten(item)
        else:
            yield item


def main():
    module = sys.argv[1]
    done = set()
    if len(sys.argv) > 2:
        with open(sys.argv[2]) as f:
            done = set(f.read().split("\n"))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    sys.argv[1:] = []
    loader = unittest.TestLoader()
    suite = loader.loadTestsFromName(module)
    remaining = unittest.TestSuite(t for t in flatten(suite) if t.id() not in done)
    remaining.run(Reporter())
    emit({"end": module})
    sys.stdout.flush()
    os._exit(0)             # leftover threads of the tests do not keep the run


if __name__ == "__main__":
    main()
