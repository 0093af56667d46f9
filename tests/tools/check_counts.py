# SPDX-License-Identifier: MIT
"""Runs bench/scaling/shared_reads.py on the counting build: reads of shared things by two threads
must write to no memory that another thread owns or writes. Argument: the counting build's ladon."""
import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# A handful of writes in all (promotion, start and end of threads) is not per turn.
MOST_PER_1000 = 0.05


def main():
    python = sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, "build", "count", "bin", "ladon")
    p = subprocess.run([python, os.path.join(ROOT, "bench", "scaling", "shared_reads.py"), "--threads", "2",
                        "--size", "1000000"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)
    rows = [json.loads(line) for line in p.stdout.decode().splitlines() if line.startswith("{")]
    passed = failed = 0
    if p.returncode != 0 or not rows:
        failed += 1
        print("FAIL shared_reads.py: exit %d: %s" % (p.returncode, p.stderr.decode("utf-8", "replace")[-300:]))
    for row in rows:
        count = row.get("foreign_per_1000")
        if count is None or count > MOST_PER_1000:
            failed += 1
            print("FAIL %s: %s foreign writes per 1,000 turns" % (
                row["name"], "no count of" if count is None else count))
        else:
            passed += 1
            print("pass %s: %s" % (row["name"], count))
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
