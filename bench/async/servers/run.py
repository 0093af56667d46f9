# SPDX-License-Identifier: MIT
"""Compares servers on two interpreters by requests per second of server CPU time (the client shares the machine).

    run.py [--python build/release/bin/ladon] [--against python3.14] [--against-loop uvloop] [--seconds S] [--rounds N] [--floor] [CASE ...]

HTTP load is wrk's (Debian package wrk), all else client.py's; loopback only. Cases: http-plain, http-json, echo-1, echo-10, echo-100
(KiB), tls-1, tls-10, tls-100, connect-1 (connects, sends and receives 1 KiB, closes), handshake-1 (the same with TLS), fanout-1000 (connections), proxy-5000 (connections, upstream with 500 ms), each with -protocol and -streams;
datagram-100 (bytes) with -udp and echo-1 with -sock (sock_recv, sock_sendall); a part of a name selects. The two interpreters take turns; the table has the medians. --floor adds what a server in C reaches for
http-plain and echo-1, that is, what of the time is the kernel's.
"""
import argparse
import os
import platform
import shutil
import statistics
import time

from _measure import LADON, Server, certificate, client, floor, temporary, wrk

KINDS = ("protocol", "streams")
CASES = ["%s-%s" % (what, kind) for what in ("http-plain", "http-json", "echo-1", "echo-10", "echo-100", "tls-1", "tls-10", "tls-100", "connect-1", "handshake-1", "fanout-1000", "proxy-5000")
         for kind in KINDS] + ["datagram-100-udp", "echo-1-sock"]


def one(python, loop, case, o, folder):
    """Requests per second of server CPU time."""
    what, kind = case.rsplit("-", 1)
    name, size = what.split("-")
    arguments = [kind] + (["--loop", loop] if loop else [])
    upstream = None
    if name == "http":
        script, load = "http_server.py", lambda s: wrk(server.port, "json" if size == "json" else "plaintext", 64, s)
    elif kind == "udp":
        script, load = "datagram_server.py", lambda s: int(client(o.client, "udp", server.port, size, 64, s))
    elif name in ("echo", "tls", "connect", "handshake"):
        script = "datagram_server.py" if kind == "sock" else "echo_server.py"
        tls = ["--tls"] if name in ("tls", "handshake") else []
        if name in ("connect", "handshake"):
            load = lambda s: int(client(o.client, "connects", server.port, 1024 * int(size), s, *tls))
        else:
            load = lambda s: int(client(o.client, "echo", server.port, 1024 * int(size), 16, s, *tls))
        if tls:
            arguments += ["--tls", os.path.join(folder, "server.pem")]
    elif name == "fanout":
        script, load = "fanout_server.py", lambda s: int(client(o.client, "fanout", server.port, size, s))
    else:
        upstream = Server(o.client, "proxy_server.py", "upstream").__enter__()
        arguments += ["--upstream", str(upstream.port)]
        script, load = "proxy_server.py", lambda s: int(client(o.client, "proxy", server.port, size, s))
    try:
        with Server(python, script, *arguments) as server:
            if name != "proxy":
                load(1)                             # warm
            before = server.cpu()
            return load(o.seconds) / max(server.cpu() - before, 0.01)
    finally:
        if upstream:
            upstream.__exit__()


def floor_rate(program, case, o):
    """What one() measures, of the server in C."""
    what = case.split("-")[0]
    with Server("", program, what) as server:
        load = (lambda s: wrk(server.port, "plaintext", 64, s)) if what == "http" else lambda s: int(client(o.client, "echo", server.port, 1024, 16, s))
        load(1)
        before = server.cpu()
        return load(o.seconds) / (server.cpu() - before)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--python", default=LADON)
    p.add_argument("--against", default="python3.14")
    p.add_argument("--against-loop", default="")
    p.add_argument("--client", default="", help="interpreter of client.py and of the proxy's upstream (default: --against)")
    p.add_argument("--seconds", type=float, default=3)
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--floor", action="store_true")
    p.add_argument("cases", nargs="*")
    o = p.parse_args()
    o.client = o.client or o.against
    cases = [c for c in CASES if not o.cases or any(part in c for part in o.cases)]
    if any(c.startswith("http") for c in cases) and not shutil.which("wrk"):
        print("no wrk (apt-get install wrk): the http cases are left out")
        cases = [c for c in cases if not c.startswith("http")]
    print("requests per second of server CPU time; %s, %d CPUs, %s" % (platform.machine(), os.cpu_count(), time.strftime("%Y-%m-%d")))
    print("%-22s %12s %12s %7s" % ("case", "ladon", "against", "ratio"), flush=True)
    with temporary() as folder:
        if any(c.startswith(("tls", "handshake")) for c in cases):
            certificate(folder)
        bottom = floor(folder) if o.floor else None
        for case in cases:
            ours, theirs, least = [], [], []
            for _ in range(o.rounds):
                ours.append(one(o.python, "", case, o, folder))
                theirs.append(one(o.against, o.against_loop, case, o, folder))
                if bottom and case.startswith(("http-plain", "echo-1-")) and not case.endswith("-sock"):
                    least.append(floor_rate(bottom, case, o))
            a, b = statistics.median(ours), statistics.median(theirs)
            print("%-22s %12.0f %12.0f %6.2fx" % (case, a, b, a / b), flush=True)
            if least:
                c = statistics.median(least)
                print("%-22s %12.0f %12.0f %6.2fx" % ("  in C, kernel's only", c, b, c / b), flush=True)


if __name__ == "__main__":
    main()
