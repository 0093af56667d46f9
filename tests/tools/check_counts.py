# SPDX-License-Identifier: MIT
"""Runs bench/scaling/shared_reads.py on the counting build: reads of shared things by two threads
must write to no memory that another thread owns or writes. Argument: the counting build's ladon."""
import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# None by turn. Single events happen at any time (what another thread retired is released by whoever comes by, a grace period asks for a look):
# some ten in a run of any length. Writes by turn are in each run, so the least of three counts.
TURNS = 5_000_000
MOST_PER_1000 = 0.004
RUNS = 3


def counts(python):
    """Name of each row and its foreign writes per 1,000 turns; None: not counted."""
    p = subprocess.run([python, os.path.join(ROOT, "bench", "scaling", "shared_reads.py"), "--threads", "2",
                        "--size", str(TURNS)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)
    rows = [json.loads(line) for line in p.stdout.decode().splitlines() if line.startswith("{")]
    if p.returncode != 0 or not rows:
        raise SystemExit("FAIL shared_reads.py: exit %d: %s\n0 passed, 1 failed" % (
            p.returncode, p.stderr.decode("utf-8", "replace")[-300:]))
    return {row["name"]: row.get("foreign_per_1000") for row in rows}


def main():
    python = sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, "build", "count", "bin", "ladon")
    runs = [counts(python) for _ in range(RUNS)]
    passed = failed = 0
    for name in runs[0]:
        each = [run[name] for run in runs]
        if None in each or min(each) > MOST_PER_1000:
            failed += 1
            print("FAIL %s: foreign writes per 1,000 turns: %s" % (name, each))
        else:
            passed += 1
            print("pass %s: %s" % (name, each))
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
