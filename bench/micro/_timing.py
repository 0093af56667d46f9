# SPDX-License-Identifier: MIT
"""Times one function and prints {"seconds": ..., "result": ...} as a line of JSON."""
import json
import time


def report(function, *args):
    start = time.perf_counter()
    result = function(*args)
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "result": result}))
