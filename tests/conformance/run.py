# SPDX-License-Identifier: MIT
"""Runs CPython's own tests on an interpreter and compares with the list of known failures.

    run.py [--python CMD] [-j N] [--timeout S] [--update] [--all] [MODULE ...]

MODULE is test.test_x or test_x; without any, those of modules.txt. Each module runs in a process
and a folder of its own. A test that crashes the process, or says nothing for the timeout, is noted
as such and the module goes on behind it in a new process. A failure that is not in
known_failures.txt fails the run, and so does a test that is there and passes; --update writes the
file anew for the modules that ran.
"""
import argparse
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
KNOWN = os.path.join(HERE, "known_failures.txt")
MAX_RESTARTS = 25


def read_list(path):
    with open(path) as f:
        return [line.strip() for line in f if line.strip() and not line.startswith("#")]


def read_known():
    known = {}
    for line in read_list(KNOWN):
        key, _, reason = line.partition(" ")
        known[key] = reason.strip()
    return known


class Process:
    """One run of _one.py; rows come out as they are printed, a silence ends it."""

    def __init__(self, command, cwd, env, timeout):
        self.timeout = timeout
        self.hung = False
        self.errors = tempfile.TemporaryFile()
        self.child = subprocess.Popen(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL,
                                      stdout=subprocess.PIPE, stderr=self.errors, start_new_session=True)

    def kill(self):
        try:
            os.killpg(self.child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def late(self):
        self.hung = True
        self.kill()

    def rows(self):
        while True:
            timer = threading.Timer(self.timeout, self.late)
            timer.daemon = True
            timer.start()
            line = self.child.stdout.readline()
            timer.cancel()
            if not line:
                break
            try:
                yield json.loads(line)
            except ValueError:
                continue
        self.child.wait()
        self.kill()                         # what the tests left behind in their group
        self.child.stdout.close()

    def ending(self):
        if self.hung:
            return "no answer for %d s" % self.timeout
        self.errors.seek(0)
        lines = self.errors.read().decode("utf-8", "replace").strip().splitlines()
        code = self.child.returncode
        what = "exit code %d" % code
        if code < 0:
            try:
                what = signal.Signals(-code).name
            except ValueError:
                what = "signal %d" % -code
        return what + (": " + lines[-1][:160] if lines else "")


def run_module(python, module, timeout):
    """Returns ({test: (status, why)}, trouble or None)."""
    results, trouble = {}, None
    folder = tempfile.mkdtemp(prefix="conformance-")
    env = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    env.update(TMPDIR=folder, NO_COLOR="1", LC_ALL="C.UTF-8")
    if module == "test.test_curses":    # skips itself where there is no terminal
        env["TERM"] = "xterm"
    try:
        for _ in range(MAX_RESTARTS):
            skip = os.path.join(folder, "skip.txt")
            with open(skip, "w") as f:
                f.write("\n".join(results))
            cwd = tempfile.mkdtemp(dir=folder)
            process = Process(python + [os.path.join(HERE, "_one.py"), module, skip], cwd, env, timeout)
            current, ended = None, False
            for row in process.rows():
                if "start" in row:
                    current = row["start"]
                elif "test" in row:
                    if results.get(row["test"], ("pass",))[0] in ("pass", "skip"):
                        results[row["test"]] = (row["status"], row["why"])
                    current = None
                elif "end" in row:
                    ended = True
            why = process.ending()
            process.errors.close()
            if ended:
                return results, None
            if current is None:
                trouble = why
                break
            results[current] = ("hang" if process.hung else "crash", why)
            trouble = "restarted too often; last: " + why
        return results, trouble
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Run:
    def __init__(self, args):
        self.args = args
        self.python = shlex.split(args.python)
        if os.sep in self.python[0]:
            self.python[0] = os.path.abspath(self.python[0])
        self.known = read_known()
        self.lock = threading.Lock()
        self.passed = self.failed = self.skipped = self.excused = 0
        self.found = {}                     # key -> reason, for --update
        self.ran = set()

    def judge(self, module, results, trouble, seconds=0):
        lines, counts = [], [0, 0, 0, 0]    # passed, failed, skipped, known
        whole = module + "::*"
        if trouble:
            self.found[whole] = "does not reach its end: " + trouble
            if whole in self.known:
                counts[3] += 1
            else:
                counts[1] += 1
                lines.append("FAIL %s: %s" % (whole, trouble))
        elif whole in self.known and not self.known[whole].startswith("flaky:"):
            counts[1] += 1
            lines.append("UNEXPECTED %s: listed as failing, but it reached its end" % whole)
        for test, (status, why) in results.items():
            name = test[len(module) + 1:] if test.startswith(module + ".") else test
            key = module + "::" + name.replace(" ", "_")
            listed = self.known.get(key)
            flaky = listed is not None and listed.startswith("flaky:")
            if status == "pass":
                counts[0] += 1
                if listed is not None and not flaky:
                    counts[0] -= 1
                    counts[1] += 1
                    lines.append("UNEXPECTED %s: listed as failing, but it passed" % key)
            elif status == "skip":
                counts[2] += 1
            else:
                self.found[key] = "%s: %s" % (status, why)
                if listed is not None:
                    counts[3] += 1
                else:
                    counts[1] += 1
                    lines.append("FAIL %s: %s: %s" % (key, status, why))
            if flaky:
                self.found[key] = listed
        seen = {module + "::" + (t[len(module) + 1:] if t.startswith(module + ".") else t).replace(" ", "_")
                for t in results}
        for key, reason in self.known.items():
            if key.startswith(module + "::") and key not in seen and key != whole and not trouble:
                lines.append("note: %s is listed, but no such test ran" % key)
        with self.lock:
            self.ran.add(module)
            self.passed += counts[0]
            self.failed += counts[1]
            self.skipped += counts[2]
            self.excused += counts[3]
            print("%-32s %5d passed %4d failed %4d skipped %4d known %6.1f s%s" % (
                module, *counts, seconds, "   " + trouble if trouble else ""))
            for line in lines:
                print(line.encode("ascii", "backslashreplace").decode())
            sys.stdout.flush()

    def run(self, modules):
        queue = iter(modules)

        def work():
            while True:
                with self.lock:
                    module = next(queue, None)
                if module is None:
                    return
                try:
                    start = time.monotonic()
                    found = run_module(self.python, module, self.args.timeout)
                    self.judge(module, *found, seconds=time.monotonic() - start)
                except Exception as e:
                    self.judge(module, {}, "runner: %s: %s" % (type(e).__name__, e))

        threads = [threading.Thread(target=work) for _ in range(max(1, self.args.j))]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        if self.args.update:
            self.update()
        print("%d known failures" % self.excused)
        print("%d passed, %d failed, %d skipped" % (self.passed, self.failed, self.skipped))
        return 1 if self.failed else 0

    def update(self):
        """Keeps the comments and the other modules' lines; a reason given by hand stays."""
        with open(KNOWN) as f:
            head = [line for line in f if line.startswith("#")]
        rows = {k: v for k, v in self.known.items() if k.split("::")[0] not in self.ran}
        for key, reason in self.found.items():
            rows[key] = self.known.get(key) or reason
        with open(KNOWN, "w") as f:
            f.writelines(head)
            for key in sorted(rows):
                f.write("%s %s\n" % (key, rows[key].encode("ascii", "backslashreplace").decode()))


def main():
    # A shell starts background jobs with SIGINT ignored, which programs under test would inherit.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    p = argparse.ArgumentParser(description="CPython's own tests")
    p.add_argument("modules", nargs="*")
    p.add_argument("--python", default=sys.executable)
    p.add_argument("-j", type=int, default=os.cpu_count() or 1)
    p.add_argument("--timeout", type=float, default=120, help="seconds a single test may be silent")
    p.add_argument("--update", action="store_true", help="rewrite known_failures.txt")
    args = p.parse_args()
    modules = [m if m.startswith(("test.", "native_")) else "test." + m for m in args.modules]
    return Run(args).run(modules or read_list(os.path.join(HERE, "modules.txt")))


if __name__ == "__main__":
    sys.exit(main())
