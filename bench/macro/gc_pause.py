# SPDX-License-Identifier: MIT
"""Time of one full collection over 300,000 live nodes in cycles, and over the same as garbage."""
import gc
import json
import sys
import time


class Node:
    def __init__(self):
        self.next = None
        self.items = [self]


n = int(sys.argv[1]) if len(sys.argv) > 1 else 300_000
gc.disable()
nodes = [Node() for _ in range(n)]
for i in range(n):
    nodes[i].next = nodes[i - 1]
start = time.perf_counter()
gc.collect()
live = time.perf_counter() - start
nodes = None
start = time.perf_counter()
found = gc.collect()
print(json.dumps({"seconds": live, "garbage_seconds": time.perf_counter() - start,
                  "result": found >= n}))
