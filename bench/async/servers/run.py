# SPDX-License-Identifier: MIT
"""Compares servers on two interpreters by requests per second of server CPU time (the client shares the machine).

    run.py [--python build/release/bin/ladon] [--against python3.14] [--against-loop uvloop] [--seconds S] [--rounds N] [CASE ...]

HTTP load is wrk's (Debian package wrk), echo load echo_client.py's; loopback only. Cases: http-plain, http-json, echo-1, echo-10,
echo-100 (KiB), each with -protocol and -streams; a part of a name selects. The two interpreters take turns; the table has the
medians.
"""
import argparse
import os
import platform
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
CASES = ["http-plain-protocol", "http-json-protocol", "http-plain-streams", "http-json-streams"] + [
    "echo-%d-%s" % (k, kind) for kind in ("protocol", "streams") for k in (1, 10, 100)]


def cpu_seconds(pid):
    with open("/proc/%d/stat" % pid) as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def http_load(port, path, connections, seconds):
    p = subprocess.run(["wrk", "-t1", "-c%d" % connections, "-d%ds" % max(1, round(seconds)), "http://127.0.0.1:%d/%s" % (port, path)],
                       capture_output=True, text=True, timeout=seconds + 30)
    m = re.search(r"(\d+) requests in", p.stdout)
    if not m or "Non-2xx" in p.stdout:
        sys.exit("wrk failed: " + p.stdout + p.stderr)
    return int(m.group(1))


def echo_load(client, port, size, connections, seconds):
    p = subprocess.run(client.split() + [os.path.join(HERE, "echo_client.py"), str(port), str(size), str(connections), str(seconds)],
                       capture_output=True, text=True, timeout=seconds + 30)
    if p.returncode:
        sys.exit("echo_client.py failed: " + p.stderr)
    return int(p.stdout)


def one(python, loop, case, client, seconds):
    """Requests per second of server CPU time."""
    what, kind = case.rsplit("-", 1)
    script = "http_server.py" if what.startswith("http") else "echo_server.py"
    cmd = python.split() + [os.path.join(HERE, script), kind] + (["--loop", loop] if loop else [])
    server = subprocess.Popen(cmd, stdout=subprocess.PIPE, text=True)
    try:
        port = int(server.stdout.readline())

        def load(s):
            if script == "http_server.py":
                return http_load(port, "json" if "json" in what else "plaintext", 64, s)
            return echo_load(client, port, 1024 * int(what.split("-")[1]), 16, s)
        load(1)                                     # warm
        before = cpu_seconds(server.pid)
        n = load(seconds)
        return n / max(cpu_seconds(server.pid) - before, 0.01)
    finally:
        time.sleep(0.2)                             # let it see the end of the connections
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            sys.exit("the server did not end on SIGTERM: " + " ".join(cmd))


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--python", default=os.path.join(ROOT, "build/release/bin/ladon"))
    p.add_argument("--against", default="python3.14")
    p.add_argument("--against-loop", default="")
    p.add_argument("--client", default="", help="interpreter of echo_client.py (default: --against)")
    p.add_argument("--seconds", type=float, default=3)
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("cases", nargs="*")
    o = p.parse_args()
    cases = [c for c in CASES if not o.cases or any(part in c for part in o.cases)]
    if any(c.startswith("http") for c in cases) and not shutil.which("wrk"):
        print("no wrk (apt-get install wrk): the http cases are left out")
        cases = [c for c in cases if not c.startswith("http")]
    print("requests per second of server CPU time; %s, %d CPUs, %s" % (platform.machine(), os.cpu_count(), time.strftime("%Y-%m-%d")))
    print("%-22s %12s %12s %7s" % ("case", "ladon", "against", "ratio"), flush=True)
    for case in cases:
        ours, theirs = [], []
        for _ in range(o.rounds):
            ours.append(one(o.python, "", case, o.client or o.against, o.seconds))
            theirs.append(one(o.against, o.against_loop, case, o.client or o.against, o.seconds))
        a, b = statistics.median(ours), statistics.median(theirs)
        print("%-22s %12.0f %12.0f %6.2fx" % (case, a, b, a / b), flush=True)


if __name__ == "__main__":
    main()
