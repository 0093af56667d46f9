# SPDX-License-Identifier: MIT
"""Peak memory of a list of 1 M small instances with three attributes, as JSON: kilobytes."""
import json
import sys
import time


class Point:
    def __init__(self, x, y, z):
        self.x = x
        self.y = y
        self.z = z


def peak_kb():
    with open("/proc/self/status") as f:
        for line in f:
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return 0


n = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
start = time.perf_counter()
points = [Point(i, i + 0.5, None) for i in range(n)]
seconds = time.perf_counter() - start
print(json.dumps({"peak_kb": peak_kb(), "seconds": seconds, "result": len(points)}))
