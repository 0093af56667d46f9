# SPDX-License-Identifier: MIT
"""What the runners of this folder share: starting a server, its CPU time and memory, its load."""
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
LADON = os.path.join(ROOT, "build/release/bin/ladon")
TICK = os.sysconf("SC_CLK_TCK")


class Server:
    """A server process: `with Server(python, script, arguments...) as s`. python and arguments are command lines; python "": script is a program."""

    def __init__(self, python, script, *arguments):
        self.command = (python.split() + [os.path.join(HERE, script)] if python else [script]) + list(arguments)

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        if not line.strip().isdigit():
            self.process.kill()
            sys.exit("the server did not start: " + " ".join(self.command))
        self.port, self.pid = int(line), self.process.pid
        return self

    def __exit__(self, *exc):
        time.sleep(0.2)                             # let it see the end of the connections
        self.process.send_signal(signal.SIGTERM)
        try:
            self.output = self.process.communicate(timeout=30)[0]
        except subprocess.TimeoutExpired:
            self.process.kill()
            sys.exit("the server did not end on SIGTERM: " + " ".join(self.command))

    def cpu_by_thread(self):
        """Seconds of each thread, as the scheduler counts them (nanoseconds), else in ticks."""
        times = []
        for task in os.listdir("/proc/%d/task" % self.pid):
            base = "/proc/%d/task/%s/" % (self.pid, task)
            try:
                with open(base + "schedstat") as f:
                    times.append(int(f.read().split()[0]) * 1e-9)
            except OSError:
                with open(base + "stat") as f:
                    fields = f.read().rsplit(")", 1)[1].split()
                times.append((int(fields[11]) + int(fields[12])) / TICK)
        return times

    def cpu(self):
        return sum(self.cpu_by_thread())

    def memory(self):
        """Bytes that are this process's own (proportional set size)."""
        with open("/proc/%d/smaps_rollup" % self.pid) as f:
            return int(re.search(r"^Pss:\s+(\d+)", f.read(), re.M).group(1)) * 1024


def wrk(port, path, connections, seconds):
    """Requests done by wrk (Debian package wrk)."""
    p = subprocess.run(["wrk", "-t1", "-c%d" % connections, "-d%ds" % max(1, round(seconds)), "http://127.0.0.1:%d/%s" % (port, path)],
                       capture_output=True, text=True, timeout=seconds + 30)
    m = re.search(r"(\d+) requests in", p.stdout)
    if not m or "Non-2xx" in p.stdout:
        sys.exit("wrk failed: " + p.stdout + p.stderr)
    return int(m.group(1))


def client(python, *arguments, timeout=120):
    """What client.py printed."""
    p = subprocess.run(python.split() + [os.path.join(HERE, "client.py")] + [str(a) for a in arguments], capture_output=True, text=True, timeout=timeout)
    if p.returncode:
        sys.exit("client.py failed: " + p.stderr)
    return p.stdout


def certificate(folder):
    """The path of a fresh self-signed certificate with its key (Debian package openssl)."""
    pem = os.path.join(folder, "server.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "2", "-keyout", pem + ".key", "-out", pem],
                   check=True, capture_output=True)
    with open(pem, "a") as f, open(pem + ".key") as key:
        f.write(key.read())
    return pem


def floor(folder):
    """The path of floor.c, built."""
    out = os.path.join(folder, "floor")
    subprocess.run([os.environ.get("CC", "cc"), "-O2", "-o", out, os.path.join(HERE, "floor.c")], check=True)
    return out


def temporary():
    return tempfile.TemporaryDirectory(prefix="bench-servers-")
