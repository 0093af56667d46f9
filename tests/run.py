# SPDX-License-Identifier: MIT
"""Runs golden and stress tests: small programs that say in comments what they must do.

    run.py [--python CMD] [-j N] [--timeout S] [-k PART] [-v] [PATH ...]

PATH is a file or a folder (default: tests/golden). Each program runs in a process and an empty
folder of its own. Directives, each in a comment, alone or behind code:

    # expect: TEXT             the next line of standard output; all lines, in order
    # expect-error: T: TEXT    the last line of standard error (an uncaught exception); exit code 1
    # expect-stderr: TEXT      standard error has this line; several: in this order
    # expect-exit: N           exit code (default 0, or 1 with expect-error)
    # args: A B                arguments of the program, as a shell would split them
    # flags: -X opt            flags of the interpreter
    # stdin: TEXT              a line of standard input
    # env: NAME=VALUE          environment
    # timeout: S               seconds, instead of the runner's
    # skip-cpython: REASON     not for CPython
    # skip-ladon: REASON       known to be missing in Ladon
    # may-skip: WHAT           needs WHAT of the machine; where that can't be had it may end with exit code 77
                               and a last line `skip: REASON`, which is shown

Only the standard library is used, and no more of it than Ladon needs for its own tests.
"""
import argparse
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SKIPPED = 77        # exit code of a test that could not get what it needs
DIRECTIVE = re.compile(r"#\s*(expect|expect-error|expect-stderr|expect-exit|args|flags|stdin|env|"
                       r"timeout|skip-cpython|skip-ladon|may-skip):(?: (.*))?$")


class Golden:
    """One test file and what it promises."""

    def __init__(self, path):
        self.path = path
        self.out, self.err, self.stdin, self.args, self.flags = [], [], [], [], []
        self.env, self.error, self.exit, self.timeout, self.skip = {}, None, None, None, {}
        self.may_skip = False
        with open(path, "rb") as f:
            text = f.read().decode("utf-8", "surrogateescape")
        for line in text.splitlines():
            m = DIRECTIVE.search(line)
            if not m:
                continue
            kind, rest = m.group(1), (m.group(2) or "")
            if kind == "expect":
                self.out.append(rest.rstrip())
            elif kind == "expect-error":
                self.error = rest.rstrip()
            elif kind == "expect-stderr":
                self.err.append(rest.rstrip())
            elif kind == "expect-exit":
                self.exit = int(rest)
            elif kind == "args":
                self.args += shlex.split(rest)
            elif kind == "flags":
                self.flags += shlex.split(rest)
            elif kind == "stdin":
                self.stdin.append(rest + "\n")
            elif kind == "env":
                name, _, value = rest.partition("=")
                self.env[name.strip()] = value
            elif kind == "timeout":
                self.timeout = float(rest)
            elif kind == "may-skip":
                self.may_skip = True
            elif kind.startswith("skip-"):
                self.skip[kind[5:]] = rest
        if self.exit is None:
            self.exit = 1 if self.error is not None else 0


def base_environment():
    env = {}
    for name, value in os.environ.items():
        if not name.startswith("PYTHON") and name not in ("FORCE_COLOR", "COLUMNS", "LINES"):
            env[name] = value
    env["NO_COLOR"] = "1"
    env["LC_ALL"] = "C.UTF-8"
    env.setdefault("ASAN_OPTIONS", "detect_leaks=0:detect_stack_use_after_return=0:allocator_may_return_null=1")
    env.setdefault("UBSAN_OPTIONS", "print_stacktrace=1")
    # die_after_fork: it kills the child of a process with threads as soon as that starts one, unless told not to.
    env.setdefault("TSAN_OPTIONS", "exitcode=66:history_size=4:allocator_may_return_null=1:die_after_fork=0:suppressions=" +
                   os.path.join(HERE, "stress", "tsan.supp"))
    return env


def run_program(command, env, cwd, stdin, timeout):
    """Returns (exit code or None on timeout, stdout, stderr), output as text."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = subprocess.Popen(command, cwd=cwd, env=env, stdin=subprocess.PIPE, stdout=out,
                                 stderr=err, start_new_session=True)
        try:
            child.communicate(stdin, timeout=timeout)
            code = child.returncode
        except subprocess.TimeoutExpired:
            code = None
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        texts = []
        for f in (out, err):
            f.seek(0)
            texts.append(f.read().decode("utf-8", "backslashreplace"))
    return code, texts[0], texts[1]


def subsequence(wanted, lines):
    """The first wanted line that does not come after the ones before it, or None."""
    it = iter(lines)
    for w in wanted:
        if not any(w == line for line in it):
            return w
    return None


def compare(test, code, out, err):
    """A list of complaints; empty when the test passed."""
    bad = []
    if code is None:
        return ["timeout"]
    got = [line.rstrip() for line in out.split("\n")]
    while got and not got[-1]:
        got.pop()
    want = list(test.out)
    while want and not want[-1]:
        want.pop()
    if got != want:
        for i in range(max(len(got), len(want))):
            g = got[i] if i < len(got) else "<end of output>"
            w = want[i] if i < len(want) else "<end of output>"
            if g != w:
                bad.append("stdout line %d:\n    expected %s\n    got      %s" % (i + 1, w, g))
                break
    errlines = [line.rstrip() for line in err.split("\n")]
    while errlines and not errlines[-1]:
        errlines.pop()
    if test.error is not None:
        last = errlines[-1] if errlines else "<nothing>"
        if last != test.error:
            bad.append("error:\n    expected %s\n    got      %s" % (test.error, last))
    missing = subsequence(test.err, errlines)
    if missing is not None:
        bad.append("stderr lacks (in order): %s" % missing)
    if code != test.exit:
        what = "exit code %d" % code
        if code < 0:
            try:
                what = "signal " + signal.Signals(-code).name
            except ValueError:
                what = "signal %d" % -code
        bad.append("%s, expected %d" % (what, test.exit))
    # A size that no allocator can serve is what such a test is about; the sanitizer only says so.
    if "Sanitizer" in re.sub(r".*WARNING: AddressSanitizer failed to allocate.*", "", err):
        bad.append("a sanitizer reported")
    if bad and err.strip():
        bad.append("stderr ends:\n    " + "\n    ".join(errlines[-12:]))
    return bad


def find_tests(paths):
    tests = []
    for path in paths:
        if os.path.isfile(path):
            tests.append(path)
            continue
        for folder, names, files in os.walk(path):
            names[:] = sorted(n for n in names if not n.startswith(("_", ".")) and n != "data")
            tests += [os.path.join(folder, f) for f in sorted(files)
                      if f.endswith(".py") and not f.startswith("_")]
    return tests


class Runner:
    def __init__(self, args):
        self.args = args
        self.python = shlex.split(args.python)
        if os.sep in self.python[0]:
            self.python[0] = os.path.abspath(self.python[0])
        probe = subprocess.run(self.python + ["-c", "import sys; print(sys.implementation.name)"],
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=120)
        self.kind = probe.stdout.decode().strip() or "ladon"
        self.env = base_environment()
        self.lock = threading.Lock()
        self.passed = self.failed = self.skipped = 0

    def one(self, path):
        test = Golden(path)
        if self.kind in test.skip:
            self.note(path, "skip", [test.skip[self.kind]], 0)
            return
        start = time.monotonic()
        folder = tempfile.mkdtemp(prefix="golden-")
        try:
            env = dict(self.env, TMPDIR=folder)
            env.update(test.env)
            code, out, err = run_program(
                self.python + test.flags + [os.path.abspath(path)] + test.args, env, folder,
                "".join(test.stdin).encode(), test.timeout or self.args.timeout)
            bad = compare(test, code, out, err)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        last = (out.splitlines() or [""])[-1]
        if test.may_skip and code == SKIPPED and last.startswith("skip: "):
            self.note(path, "skip", [last[len("skip: "):]], time.monotonic() - start, show=True)
            return
        self.note(path, "FAIL" if bad else "pass", bad, time.monotonic() - start)

    def note(self, path, status, lines, seconds, show=False):
        with self.lock:
            if status == "pass":
                self.passed += 1
            elif status == "skip":
                self.skipped += 1
            else:
                self.failed += 1
            if status == "FAIL" or show or self.args.verbose:
                print("%s %s (%.2f s)" % (status, os.path.relpath(path), seconds))
                for line in lines:
                    print("  " + line.replace("\n", "\n  "))
                sys.stdout.flush()

    def run(self, tests):
        queue = iter(tests)

        def work():
            while True:
                with self.lock:
                    path = next(queue, None)
                if path is None:
                    return
                try:
                    self.one(path)
                except Exception as e:      # the runner's own trouble is that test's failure
                    self.note(path, "FAIL", ["runner: %s: %s" % (type(e).__name__, e)], 0)

        threads = [threading.Thread(target=work) for _ in range(max(1, self.args.j))]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        print("%d passed, %d failed, %d skipped" % (self.passed, self.failed, self.skipped))
        return 1 if self.failed else 0


def main():
    # A shell starts background jobs with SIGINT ignored, which programs under test would inherit.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    p = argparse.ArgumentParser(description="golden and stress tests")
    p.add_argument("paths", nargs="*", default=[os.path.join(HERE, "golden")])
    p.add_argument("--python", default=sys.executable, help="the interpreter under test")
    p.add_argument("-j", type=int, default=os.cpu_count() or 1, help="tests at a time")
    p.add_argument("--timeout", type=float, default=20, help="seconds for a test")
    p.add_argument("-k", default="", help="only tests whose path has this part")
    p.add_argument("-v", "--verbose", action="store_true", help="name passed tests too")
    p.add_argument("--self-check", action="store_true", help="can this interpreter run the runner?")
    args = p.parse_args()
    if args.self_check:
        found = []
        t = threading.Thread(target=lambda: found.append(run_program(
            [sys.executable, "-c", "print(input())"], base_environment(), ".", b"ready\n", 30)))
        t.start()
        t.join()
        return 0 if found and found[0][:2] == (0, "ready\n") else 1
    tests = [t for t in find_tests(args.paths) if args.k in t]
    return Runner(args).run(tests)


if __name__ == "__main__":
    sys.exit(main())
