# SPDX-License-Identifier: MIT
"""Latency of HTTP requests at half load on two interpreters, 64 connections, the same fixed rate for both.

    latency.py [--python build/release/bin/ladon] [--against python3.14] [--seconds S] [--rounds N] [--rate R]

The load is client.py's open loop: a request's time begins when it was due. Each request computes a little (/work; some 20 us on CPython), so that the
client, which is one thread of Python, is far from its own limit. The rate, unless given, is half of what --against reaches under wrk.
Prints the medians of the rounds in microseconds.
"""
import argparse
import json
import statistics

from _measure import LADON, Server, client, wrk


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--python", default=LADON)
    p.add_argument("--against", default="python3.14")
    p.add_argument("--client", default="", help="interpreter of client.py (default: --against)")
    p.add_argument("--seconds", type=float, default=4)
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--rate", type=float, default=0)
    o = p.parse_args()
    for kind in ("protocol", "streams"):
        rate = o.rate
        if not rate:
            with Server(o.against, "http_server.py", kind) as s:
                rate = wrk(s.port, "work", 64, 2) / 2 / 2
        found = {o.python: [], o.against: []}
        for _ in range(o.rounds):
            for python in found:
                with Server(python, "http_server.py", kind) as s:
                    found[python].append(json.loads(client(o.client or o.against, "latency", s.port, "/work", 64, rate, o.seconds)))
        print("%s, %.0f requests/s" % (kind, rate))
        for name, python in (("ladon", o.python), ("against", o.against)):
            row = {k: statistics.median(r[k] for r in found[python]) for k in ("p50", "p99", "p999")}
            print("  %-8s p50 %6.0f us   p99 %6.0f us   p99.9 %6.0f us" % (name, row["p50"], row["p99"], row["p999"]), flush=True)


if __name__ == "__main__":
    main()
