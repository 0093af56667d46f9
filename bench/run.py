# SPDX-License-Identifier: MIT
"""Compares two interpreters, or measures one: speed, scaling, start-up, memory.

    run.py [--python CMD] [--against CMD] [--runs N] [--json FILE] [WHAT ...]

WHAT is any of: micro macro async single operations scaling shared startup memory wordcount, a program's name
(fib, nbody), or all (the default: all but wordcount). --python is the interpreter looked at (default:
build/release/bin/ladon), --against the one it is compared with. Runs of the two alternate, so that
both see the same machine; the table shows medians and how many times as fast the first one is.

    async     asyncio: awaits, tasks, callbacks, gather
    single    primes, nbody, mandelbrot, fannkuch: one copy on one thread; geometric mean
    operations
              short operations of the language and of built-in types, by processor time; geometric mean
    scaling   the programs of single: 2 x t1/t2, t1 one copy on one thread, t2 two copies on two threads
    shared    threads reading one shared object, dict, list, function, method: 2 x t1/t2
    startup   -c pass with a warm cache
    memory    peak of a list of 1 M instances with three attributes
"""
import argparse
import json
import math
import os
import platform
import shlex
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
COPIES = ["primes", "nbody", "mandelbrot", "fannkuch"]
GROUPS = ["micro", "macro", "async", "single", "operations", "scaling", "shared", "startup", "memory", "wordcount"]


class Broken(Exception):
    """An interpreter could not run a program."""


def median(values):
    v = sorted(values)
    n = len(v)
    return v[n // 2] if n % 2 else (v[n // 2 - 1] + v[n // 2]) / 2


def environment():
    return {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}


def run_json(python, program, *args):
    """Runs a program; returns its lines of JSON."""
    p = subprocess.run(python + [os.path.join(HERE, program), *args], stdin=subprocess.DEVNULL,
                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(), timeout=600)
    if p.returncode != 0:
        lines = p.stderr.decode("utf-8", "replace").strip().splitlines() or ["exit %d" % p.returncode]
        raise Broken(lines[-1][:60])
    return [json.loads(line) for line in p.stdout.decode().splitlines() if line.startswith("{")]


def run_startup(python):
    start = time.perf_counter()
    p = subprocess.run(python + ["-c", "pass"], stdin=subprocess.DEVNULL, env=environment(), timeout=60)
    seconds = time.perf_counter() - start
    if p.returncode != 0:
        raise Broken("exit %d" % p.returncode)
    return seconds


def machine():
    name = ""
    try:
        with open("/proc/cpuinfo") as f:
            for line in f:
                if line.startswith("model name"):
                    name = line.split(":", 1)[1].strip()
                    break
    except OSError:
        pass
    return "%s %s, %d cores, load %.1f" % (platform.machine(), name, os.cpu_count() or 1,
                                          os.getloadavg()[0])


def describe(python):
    p = subprocess.run(python + ["-c", "import sys; print(sys.implementation.name, sys.version.split()[0])"],
                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60)
    return p.stdout.decode().strip() or "?"


class Bench:
    def __init__(self, pythons, runs):
        self.pythons = pythons          # one or two commands
        self.runs = runs
        self.rows = []

    def interleaved(self, measure, runs=None):
        """measure(python) -> number, alternating; the medians, or the reason as text."""
        seen = [[] for _ in self.pythons]
        broken = [None] * len(self.pythons)
        for _ in range(runs or self.runs):
            for i, python in enumerate(self.pythons):
                if broken[i] is None:
                    try:
                        seen[i].append(measure(python))
                    except (Broken, subprocess.TimeoutExpired, ValueError, IndexError, KeyError) as e:
                        broken[i] = str(e)[:60] or type(e).__name__
        return [broken[i] if broken[i] is not None else median(seen[i]) for i in range(len(seen))]

    def row(self, group, name, unit, values, smaller=True, digits=3):
        ratio = None
        if len(values) == 2 and not any(isinstance(v, str) for v in values) and min(values) > 0:
            ratio = values[1] / values[0] if smaller else values[0] / values[1]
        self.rows.append({"group": group, "name": name, "unit": unit, "values": values, "ratio": ratio})
        cells = ["%14s" % (v if isinstance(v, str) else "%.*f %s" % (digits, v, unit)) for v in values]
        print("%-36s%s%s" % (group + " " + name, "".join(cells),
                             "" if ratio is None else "%9.2fx" % ratio), flush=True)
        return ratio

    def programs(self, group, names):
        for name in names:
            values = self.interleaved(
                lambda python: run_json(python, "%s/%s.py" % (group, name))[-1]["seconds"])
            self.row(group, name, "s", values)

    def single(self, names):
        ratios = []
        for name in names:
            values = self.interleaved(
                lambda python: run_json(python, "scaling/%s.py" % name)[-1]["seconds"])
            ratios.append(self.row("single", name, "s", values))
        self.mean("single", ratios)

    def mean(self, group, ratios):
        if len(ratios) > 1 and all(ratios):
            mean = math.exp(sum(math.log(r) for r in ratios) / len(ratios))
            print("%-36s%s%9.2fx" % (group + " geometric mean", " " * 14 * len(self.pythons), mean))
            self.rows.append({"group": group, "name": "geometric mean", "ratio": mean})

    def operations(self):
        """All of them in one process; the runs of the interpreters alternate."""
        seen = [{} for _ in self.pythons]
        for _ in range(self.runs):
            for i, python in enumerate(self.pythons):
                for row in run_json(python, "operations.py"):
                    seen[i].setdefault(row["name"], []).append(row["ns"])
        ratios = [self.row("operations", name, "ns", [median(s[name]) for s in seen], digits=0) for name in seen[0]]
        self.mean("operations", ratios)

    def scaling(self, names):
        for name in names:
            one, two = {}, {}

            def measure(python, name=name):
                a = run_json(python, "scaling/%s.py" % name, "--threads", "1")[-1]["seconds"]
                b = run_json(python, "scaling/%s.py" % name, "--threads", "2")[-1]["seconds"]
                return 2 * a / b
            self.row("scaling", name, "", self.interleaved(measure), smaller=False, digits=2)

    def shared(self):
        rows = ["attribute", "dict", "list", "global", "function", "method"]
        for name in rows:
            def measure(python, name=name):
                a = run_json(python, "scaling/shared_reads.py", "--row", name)[-1]["seconds"]
                b = run_json(python, "scaling/shared_reads.py", "--row", name, "--threads", "2")[-1]["seconds"]
                return 2 * a / b
            self.row("shared", name, "", self.interleaved(measure, max(self.runs, 5)), smaller=False, digits=2)

    def startup(self):
        self.interleaved(run_startup, 2)                                    # warm caches
        values = self.interleaved(run_startup, max(20, self.runs))
        self.row("startup", "-c pass", "ms",
                 [v if isinstance(v, str) else v * 1000 for v in values], digits=1)

    def memory(self):
        values = self.interleaved(
            lambda python: run_json(python, "macro/instances.py")[-1]["peak_kb"] / 1024, min(self.runs, 3))
        self.row("memory", "1 M instances", "MB", values, digits=1)

    def wordcount(self):
        cores = os.cpu_count() or 1
        for threads in sorted({1, cores}):
            values = self.interleaved(
                lambda python: run_json(python, "scaling/wordcount.py", "--threads", str(threads),
                                        )[-1]["seconds"], 1)
            self.row("wordcount", "%d thread(s)" % threads, "s", values, digits=2)


def programs_of(folder):
    return sorted(f[:-3] for f in os.listdir(os.path.join(HERE, folder))
                  if f.endswith(".py") and not f.startswith("_"))


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--python", default=os.path.join(HERE, "..", "build", "release", "bin", "ladon"))
    p.add_argument("--against", help="a second interpreter")
    p.add_argument("--runs", type=int, default=5)
    p.add_argument("--json", help="write the rows here too")
    p.add_argument("what", nargs="*", default=["all"])
    a = p.parse_args()
    pythons = [shlex.split(a.python)] + ([shlex.split(a.against)] if a.against else [])
    print("machine: " + machine())
    for i, python in enumerate(pythons):
        print("%s: %s" % ("AB"[i], describe(python)))
    print("%-36s%s%s" % ("", "".join("%14s" % c for c in "AB"[:len(pythons)]),
                         "   A is faster" if a.against else ""), flush=True)
    b = Bench(pythons, a.runs)
    what = [g for g in GROUPS if g != "wordcount"] if a.what == ["all"] else a.what
    micro, macro, asyncio = programs_of("micro"), programs_of("macro"), programs_of("async")
    macro.remove("instances")
    for w in what:
        if w == "micro":
            b.programs("micro", micro)
        elif w == "macro":
            b.programs("macro", macro)
        elif w == "async":
            b.programs("async", asyncio)
        elif w in ("single", "scaling"):
            getattr(b, w)(COPIES)
        elif w in ("operations", "shared", "startup", "memory", "wordcount"):
            getattr(b, w)()
        elif w in micro:
            b.programs("micro", [w])
        elif w in macro:
            b.programs("macro", [w])
        elif w in asyncio:
            b.programs("async", [w])
        elif w in COPIES:
            b.single([w])
            b.scaling([w])
        else:
            p.error("nothing is called %r" % w)
    if a.json:
        with open(a.json, "w") as f:
            json.dump({"machine": machine(), "python": a.python, "against": a.against, "rows": b.rows}, f, indent=1)


if __name__ == "__main__":
    main()
