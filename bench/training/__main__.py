# SPDX-License-Identifier: MIT
"""Runs the programs of this folder, each in a process of its own; the build of the release flavour learns from them what is hot.

They are kinds of work, broad on purpose. None is one of the programs measured elsewhere, though some do the same kind of thing.
"""
import os
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SECONDS = 300


def main():
    names = sorted(n for n in os.listdir(HERE) if n.endswith(".py") and not n.startswith("_"))
    for i, name in enumerate(names, 1):
        start = time.monotonic()
        code = subprocess.run([sys.executable, os.path.join(HERE, name)], stdin=subprocess.DEVNULL, timeout=SECONDS).returncode
        print(f"training {i}/{len(names)}: {name}, {time.monotonic() - start:.1f} s", flush=True)
        if code:
            sys.exit(f"training failed: {name} ended with exit code {code}")


main()
