# SPDX-License-Identifier: MIT
"""Runs the checks of the source tree and adds up their counts."""
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def main():
    passed = failed = 0
    for name in ("check_floors.py", "check_headers.py"):
        p = subprocess.run([sys.executable, os.path.join(HERE, name)], stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT)
        text = p.stdout.decode("utf-8", "replace")
        print(text.rstrip().rsplit("\n", 1)[0] if "\n" in text.rstrip() else "", flush=True)
        m = re.search(r"^(\d+) passed, (\d+) failed\s*\Z", text, re.M)
        if m:
            passed += int(m.group(1))
            failed += int(m.group(2))
        else:
            failed += 1
            print("FAIL %s ended badly: %s" % (name, text[-300:]))
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
