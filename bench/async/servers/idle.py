# SPDX-License-Identifier: MIT
"""Memory per idle connection (proportional set size of the server process) on two interpreters.

    idle.py [--python build/release/bin/ladon] [--against python3.14] [--connections 10000] [--tls]
"""
import argparse
import os
import resource
import subprocess
import sys
import time

from _measure import HERE, LADON, Server, certificate, temporary


def per_connection(python, client, kind, count, pem):
    with Server(python, "echo_server.py", kind, *(["--tls", pem] if pem else [])) as s:
        time.sleep(0.5)
        before = s.memory()
        c = subprocess.Popen(client.split() + [os.path.join(HERE, "client.py"), "idle", str(s.port), str(count)] + ["--tls"] * bool(pem), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if c.stdout.readline() != "open\n":
            sys.exit("client.py failed")
        for _ in range(100):        # until the server has taken them all
            time.sleep(0.2)
            if len(os.listdir("/proc/%d/fd" % s.pid)) >= count:
                break
        time.sleep(0.5)
        after = s.memory()
        c.communicate(timeout=30)
        time.sleep(1)
        return (after - before) / count


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--python", default=LADON)
    p.add_argument("--against", default="python3.14")
    p.add_argument("--connections", type=int, default=10000)
    p.add_argument("--tls", action="store_true")
    o = p.parse_args()
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    with temporary() as folder:
        pem = certificate(folder) if o.tls else ""
        for kind in ("protocol", "streams"):
            a, b = (per_connection(python, o.against, kind, o.connections, pem) for python in (o.python, o.against))
            print("%-9s bytes per connection: ladon %6.0f   against %6.0f   %.2f" % (kind, a, b, a / b), flush=True)


if __name__ == "__main__":
    main()
