# SPDX-License-Identifier: MIT
"""The environment changed while the C library reads it: the names of the clock's zone, addresses, programs that inherit it."""
import os
import socket
import subprocess
import time
from _hammer import hammer

os.environ["STAYS"] = "here"
os.environ["TZ"] = "UTC0"


def change(rng):
    name = "LADON_%d" % rng.randrange(40)
    os.environ[name] = "x" * rng.randrange(200)
    if rng.random() < 0.5:
        os.environ.pop(name, None)


def zone(rng):
    os.environ["TZ"] = rng.choice(("UTC0", "EST5EDT", "CET-1CEST"))
    time.tzset()
    assert time.tzname[0] in ("UTC", "EST", "CET"), time.tzname


def read(rng):
    if rng.random() < 0.05:
        socket.getaddrinfo("127.0.0.1", 80)
        assert os.getenv("STAYS") == "here"
        assert b"STAYS" in os._create_environ() if hasattr(os, "_create_environ") else True
    time.tzset()


def child(rng):
    if rng.random() < 0.01:
        assert subprocess.run(["/bin/sh", "-c", "echo $STAYS"], stdout=subprocess.PIPE).stdout == b"here\n"


hammer(change, zone, read, child, turns=1500)
left = sorted(k for k in os.environ if k.startswith("LADON_"))
shown = subprocess.run(["/usr/bin/env"], stdout=subprocess.PIPE).stdout.decode().splitlines()
assert left == sorted(s.partition("=")[0] for s in shown if s.startswith("LADON_") and "=" in s), (left, shown)
print("ok")

# expect: ok
