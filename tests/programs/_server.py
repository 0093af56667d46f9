# SPDX-License-Identifier: MIT
"""A server program under test, in a process of its own."""
import re
import signal
import subprocess
import sys
import threading


class Server:
    """Starts `python args...` and reads what it says until a line matches `ready`, whose first group is the port."""

    def __init__(self, args, ready, **options):
        self.child = subprocess.Popen([sys.executable] + args, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                      text=True, **options)
        self.lines = []
        self.port = None
        self.guard = threading.Timer(60, self.child.kill)       # nothing here lasts that long
        self.guard.daemon = True
        self.guard.start()
        for line in self.child.stdout:
            self.lines.append(line.rstrip())
            found = re.search(ready, line)
            if found:
                self.port = int(found.group(1))
                break
        else:
            print("\n".join(self.lines), file=sys.stderr)
            raise SystemExit("the server ended with code %s" % self.child.wait())
        self.reader = threading.Thread(target=self.read_on, daemon=True)
        self.reader.start()

    def read_on(self):
        for line in self.child.stdout:
            self.lines.append(line.rstrip())

    def stop(self):
        """Interrupts it; returns its exit code."""
        self.child.send_signal(signal.SIGINT)
        self.reader.join()
        self.guard.cancel()
        return self.child.wait()
