# SPDX-License-Identifier: MIT
"""Compares two interpreters by the programs of pyperformance, the benchmarks of the Python community (fetched from the package index by
the machine's own pip into build/programs; nothing of them is in this repository).

    run.py [--python build/release/bin/ladon] [--against python3.14] [--seconds S] [NAME ...]

NAME is a benchmark as pyperformance calls it (go, pickle, xml_etree ...; default: all that run in one process without the network). Each
runs in a process of its own on either interpreter, both at the same time on a processor each; the table has the least processor time
of a run and how many times as fast the first interpreter is. Packages that some programs need are pure Python, for both interpreters.
"""
import argparse
import concurrent.futures
import json
import math
import os
import shlex
import shutil
import subprocess
import sys
import tarfile
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "tests", "programs"))
import _install     # noqa: E402

PROGRAMS = "pyperformance==1.14.0"
WHEELS = """chameleon==4.6.0 django==5.2.8 asgiref==3.13.0 sqlparse==0.6.1 docutils==0.23 dulwich==1.2.21 urllib3==2.8.0 html5lib==1.1 six==1.17.0
            webencodings==0.6.1 networkx==3.6.1 sqlglot==30.30.0 sympy==1.14.0 mpmath==1.3.0 tomli==2.5.0 typing_extensions==4.16.0
            xdsl==0.46.0 immutabledict==4.2.1 ordered_set==4.1.0""".split()
SOURCES = {"tornado==6.6.1": "tornado", "sqlalchemy==2.1.9": "lib/sqlalchemy", "genshi==0.7.12": "genshi", "pyaes==1.6.1": "pyaes"}
# What a program is called with, where it does several things.
VARIANTS = {
    "argparse": ["many_optionals", "subparsers"],
    "async_tree": ["none", "io", "memoization", "cpu_io_mixed", "none --task-groups", "eager"],
    "logging": ["format", "silent", "simple"],
    "networkx": ["shortest_path", "connected_components", "k_core"],
    "pickle": ["--pure-python pickle", "--pure-python unpickle", "pickle", "unpickle", "pickle_list", "pickle_dict"],
    "scimark": ["sor", "sparse_mat_mult", "monte_carlo", "lu", "fft"],
    "sqlglot_v2": ["normalize", "optimize", "parse", "transpile"],
    "sympy": ["expand", "integrate", "sum", "str"],
    "xml_etree": ["parse", "iterparse", "generate", "process"],
}
# Those that start processes of sys.executable, want a port of their own, a package with compiled parts, or do not run on CPython 3.14.
LEFT_OUT = {"2to3", "asyncio_tcp", "asyncio_websockets", "concurrent_imap", "coverage", "dask", "fastapi", "hg_startup", "mako", "python_startup", "sphinx",
            "sqlalchemy_imperative", "yaml"}
SECONDS = 300       # a program may take at most


def fetch(folder):
    base, env = _install.pip()
    archives, site = os.path.join(folder, "archives"), os.path.join(folder, "site")
    pure = ["--no-deps", "--only-binary", ":all:", "--platform", "any", "--implementation", "py", "--abi", "none", "--python-version", "3.14"]
    print("fetching pyperformance and the packages its programs need", file=sys.stderr, flush=True)
    _install.command("fetching pyperformance", base + ["download", "-d", archives, PROGRAMS] + pure, env=env, cwd=folder)
    with zipfile.ZipFile(os.path.join(archives, os.listdir(archives)[0])) as z:
        z.extractall(os.path.join(folder, "programs"))
    shutil.rmtree(archives)
    _install.command("installing packages", base + ["install", "--no-compile", "--target", site] + pure + WHEELS, env=env, cwd=folder)
    names = ",".join(spec.split("==")[0] for spec in SOURCES)
    _install.command("fetching sources", base + ["download", "--no-deps", "--no-binary", names, "-d", archives] + list(SOURCES), env=env, cwd=folder)
    for name in sorted(os.listdir(archives)):
        with tarfile.open(os.path.join(archives, name)) as tar:
            tar.extractall(archives, filter="data")
        package = next(path for spec, path in SOURCES.items() if name.startswith(spec.split("==")[0] + "-"))
        os.rename(os.path.join(archives, name[:-len(".tar.gz")], package), os.path.join(site, os.path.basename(package)))
    shutil.rmtree(archives)


def measure(python, folder, name, variant, seconds):
    """{benchmark: seconds}; empty, with the reason on standard error, when the program fails."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    env.update(PYTHONPATH=os.pathsep.join([os.path.join(HERE, "stand_in"), os.path.join(folder, "site")]), BENCH_SECONDS=str(seconds))
    try:
        p = subprocess.run(python + ["run_benchmark.py"] + variant.split(), env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS,
                           cwd=os.path.join(folder, "programs", "pyperformance", "data-files", "benchmarks", "bm_" + name))
    except subprocess.TimeoutExpired:
        print("%s %s: more than %d s on %s" % (name, variant, SECONDS, python[0]), file=sys.stderr)
        return {}
    if p.returncode:
        print("%s %s: %s: %s" % (name, variant, python[0], (p.stderr.strip().splitlines() or ["exit %d" % p.returncode])[-1]), file=sys.stderr)
        return {}
    return dict(json.loads(line[7:]) for line in p.stdout.splitlines() if line.startswith("RESULT "))


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--python", default=os.path.join(ROOT, "build/release/bin/ladon"))
    p.add_argument("--against", default="python3.14")
    p.add_argument("--seconds", type=float, default=2, help="for each benchmark")
    p.add_argument("names", nargs="*")
    o = p.parse_args()
    try:
        folder = _install.once("pyperformance", repr((PROGRAMS, WHEELS, SOURCES)), fetch)
    except _install.CannotInstall as e:
        sys.exit(str(e))
    programs = os.listdir(os.path.join(folder, "programs", "pyperformance", "data-files", "benchmarks"))
    names = sorted(n[3:] for n in programs if n.startswith("bm_") and n[3:] not in LEFT_OUT)
    unknown = [n for n in o.names if n not in names]
    if unknown:
        sys.exit("no such benchmark, or left out: %s; there are: %s" % (" ".join(unknown), " ".join(names)))
    ratios, pythons = [], [shlex.split(o.python), shlex.split(o.against)]
    print("%-40s %14s %14s %7s" % ("benchmark", "ladon", "against", "ratio"), flush=True)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for name in o.names or names:
            for variant in VARIANTS.get(name, [""]):
                ours, theirs = pool.map(lambda python: measure(python, folder, name, variant, o.seconds), pythons)
                for what in sorted(ours.keys() & theirs.keys()):
                    ratios.append(theirs[what] / ours[what])
                    print("%-40s %11.3f ms %11.3f ms %6.2fx" % (what, ours[what] * 1e3, theirs[what] * 1e3, ratios[-1]), flush=True)
    if ratios:
        print("%d benchmarks, geometric mean %.2fx, least %.2fx, most %.2fx, %d slower" % (
            len(ratios), math.exp(sum(map(math.log, ratios)) / len(ratios)), min(ratios), max(ratios), sum(r < 1 for r in ratios)))


if __name__ == "__main__":
    main()
