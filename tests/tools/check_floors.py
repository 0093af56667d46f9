# SPDX-License-Identifier: MIT
"""Checks the source tree: floors, licence lines, included .c files, folders without a README, stray files at the root.

A file includes only headers of its own floor or a lower one; every C file opens with the licence
line; no .c file is included; project headers are included by their full path from the root.
"""
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FLOORS = ["core/base", "core/value", "sched/thread", "gc", "core/object", "core/code", "core/compile",
          "core/vm", "sched/loop", "stdlib", "core/cli"]
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"')
LICENCE = "SPDX-License-Identifier: MIT"


def floor_of(path):
    for number, folder in enumerate(FLOORS):
        if path.startswith(folder + "/"):
            return number
    return None


def c_files():
    for top in ("core", "sched", "gc", "stdlib", "tests/unit", "tests/fuzz", "tests/models"):
        for folder, names, files in os.walk(os.path.join(ROOT, top)):
            names.sort()
            for f in sorted(files):
                if f.endswith((".c", ".h", ".def")):
                    yield os.path.relpath(os.path.join(folder, f), ROOT)


def check_file(path):
    """Yields complaints about one file."""
    with open(os.path.join(ROOT, path), encoding="utf-8") as f:
        lines = f.read().split("\n")
    if LICENCE not in lines[0]:
        yield "%s:1: the first line is not the licence line" % path
    floor = floor_of(path)
    if floor is None and not path.startswith("tests/"):
        yield "%s: is on no floor" % path
    for number, line in enumerate(lines, 1):
        m = INCLUDE.match(line)
        if not m:
            continue
        target = m.group(1)
        if target.endswith(".c"):
            yield "%s:%d: includes a .c file" % (path, number)
        if target.startswith("tests/"):
            if not path.startswith("tests/"):
                yield "%s:%d: includes a test's file" % (path, number)
            continue
        other = floor_of(target)
        if other is None:
            if os.path.exists(os.path.join(ROOT, os.path.dirname(path), target)):
                yield "%s:%d: %s is not included by its path from the root" % (path, number, target)
            continue
        if not os.path.exists(os.path.join(ROOT, target)):
            yield "%s:%d: no such file: %s" % (path, number, target)
        if floor is not None and other > floor:
            yield "%s:%d: floor %d (%s) includes floor %d: %s" % (
                path, number, floor, FLOORS[floor], other, target)
        if target.endswith("_int.h") and os.path.dirname(target) != os.path.dirname(path) \
                and not path.startswith(("tests/", os.path.dirname(target) + "/")):
            yield "%s:%d: %s is internal to its folder" % (path, number, target)


ROOT_FILES = {".ci", ".gitignore", "bench", "cmake", "CMakeLists.txt", "CMakePresets.json", "core", "docs", "gc", "lib", "LICENSE",
              "README.md", "sched", "setup.sh", "stdlib", "tests", "tools"}


def check_folders():
    """Yields complaints about the tree: a folder of sources has a README, the root holds what belongs there."""
    for folder in sorted({os.path.dirname(p) for p in c_files()} | {"bench", "lib/ladon", "tools"}):
        if not os.path.exists(os.path.join(ROOT, folder, "README.md")):
            yield "%s/README.md: is missing" % folder
    tracked = subprocess.run(["git", "-C", ROOT, "ls-files"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode()
    for name in sorted({line.split("/")[0] for line in tracked.splitlines()} - ROOT_FILES):
        yield "%s: does not belong at the root" % name


def main():
    good, bad = 0, []
    for path in c_files():
        found = list(check_file(path))
        bad += found
        good += not found
    bad += check_folders()
    for line in bad:
        print("FAIL " + line)
    print("%d passed, %d failed" % (good, len({b.split(":")[0] for b in bad})))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
