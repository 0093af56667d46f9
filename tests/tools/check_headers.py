# SPDX-License-Identifier: MIT
"""Compiles every header alone, with the flags of a configured build (default: build/debug).

A header that is a template, included with macros defined before, says so by the word TEMPLATE in
its first comment and is left out.
"""
import json
import os
import shlex
import subprocess
import sys
import threading

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def flags_of(build):
    """The compiler and its flags without input, output and dependency files."""
    with open(os.path.join(build, "compile_commands.json")) as f:
        entry = json.load(f)[0]
    words = shlex.split(entry["command"])
    kept, skip = [], False
    for w in words:
        if skip:
            skip = False
        elif w in ("-o", "-c", "-MF", "-MT", "-MQ"):
            skip = True
        elif w not in ("-MD", "-MMD") and not w.endswith(".c"):
            kept.append(w)
    if os.path.basename(kept[0]) == "ccache":
        kept = kept[1:]
    return kept


def is_template(path):
    with open(path, encoding="utf-8") as f:
        return any("TEMPLATE" in line for _, line in zip(range(12), f) if line.startswith("//"))


def headers():
    for top in ("core", "sched", "gc", "stdlib", "tests/unit"):
        for folder, names, files in os.walk(os.path.join(ROOT, top)):
            for f in sorted(files):
                if f.endswith(".h") and not is_template(os.path.join(folder, f)):
                    yield os.path.relpath(os.path.join(folder, f), ROOT)


def main():
    build = next((b for b in sys.argv[1:] + [os.path.join(ROOT, "build", f) for f in ("debug", "release")]
                  if os.path.exists(os.path.join(b, "compile_commands.json"))), None)
    if build is None:
        print("FAIL no configured build folder: cmake --preset debug")
        print("0 passed, 1 failed")
        return 1
    flags = flags_of(build)
    queue, lock, counts = iter(list(headers())), threading.Lock(), [0, 0]

    def work():
        while True:
            with lock:
                header = next(queue, None)
            if header is None:
                return
            p = subprocess.run(flags + ["-fsyntax-only", "-Wno-unused-function", "-x", "c", "-"],
                               input=('#include "%s"\n#include "%s"\n' % (header, header)).encode(),
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=ROOT)
            with lock:
                counts[p.returncode != 0] += 1
                if p.returncode != 0:
                    print("FAIL %s does not compile alone (or twice):" % header)
                    for line in p.stdout.decode("utf-8", "replace").splitlines()[:6]:
                        print("  " + line)

    threads = [threading.Thread(target=work) for _ in range(os.cpu_count() or 1)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    print("%d passed, %d failed" % tuple(counts))
    return 1 if counts[1] else 0


if __name__ == "__main__":
    sys.exit(main())
