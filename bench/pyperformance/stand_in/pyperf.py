# SPDX-License-Identifier: MIT
"""What pyperformance's programs need of pyperf, in one process: each benchmark is run again and again for $BENCH_SECONDS, and the least
processor time of a run is printed as a line "RESULT [name, seconds]". (pyperf itself starts processes of sys.executable, which an
interpreter in a wrapper has not.)"""
import argparse
import asyncio
import json
import os
import time

perf_counter = time.perf_counter
FIRST = 0.05        # seconds that one measurement of a short benchmark takes
MOST = 60           # measurements


def python_implementation():
    return "cpython"


class Runner:
    def __init__(self, *_, add_cmdline_args=None, **__):
        self.argparser = argparse.ArgumentParser()
        self.metadata = {}
        self.args = None

    def parse_args(self, args=None):
        if self.args is None:
            self.args = self.argparser.parse_args(args)
        return self.args

    def _measure(self, name, once):
        """once() is one measurement: seconds."""
        self.parse_args()
        once()
        times, end = [], time.perf_counter() + float(os.environ.get("BENCH_SECONDS", "2"))
        while len(times) < 3 or time.perf_counter() < end and len(times) < MOST:
            times.append(once())
        print("RESULT " + json.dumps([name, min(times)]), flush=True)

    def bench_time_func(self, name, function, *args, inner_loops=None, **_):
        start = time.perf_counter()
        function(1, *args)
        turns = max(1, int(FIRST / max(time.perf_counter() - start, 1e-9)))

        def once():
            before = time.process_time()
            function(turns, *args)
            return (time.process_time() - before) / turns

        self._measure(name, once)

    def bench_func(self, name, function, *args, inner_loops=None, **_):
        def some(turns):
            for _ in range(turns):
                function(*args)

        self.bench_time_func(name, some)

    def bench_async_func(self, name, function, *args, inner_loops=None, loop_factory=None, **_):
        async def timed():
            before = time.process_time()
            await function(*args)
            return time.process_time() - before

        self._measure(name, lambda: asyncio.run(timed(), loop_factory=loop_factory))
