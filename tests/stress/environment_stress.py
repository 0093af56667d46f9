# SPDX-License-Identifier: MIT
# The process's environment: variables come and go in some threads while others start processes with it and read it anew.
import os

from _hammer import hammer


def change(rng):
    name = "STRESS_%d" % rng.randrange(40)
    if rng.random() < 0.6:
        os.environ[name] = "x" * rng.randrange(200)
    else:
        os.environ.pop(name, None)


def spawn(rng):
    pid = os.posix_spawn("/bin/true", ["true"], None)
    if os.waitpid(pid, 0)[1]:
        raise SystemExit("the process failed")


def fork(rng):
    pid = os.fork()
    if not pid:
        os.environ["STRESS_CHILD"] = "1"
        os._exit(0)
    if os.waitpid(pid, 0)[1]:
        raise SystemExit("the child failed")


def read(rng):
    os.reload_environ()


hammer(change, change, spawn, fork, read, turns=300, allowed=(KeyError, RuntimeError))
print("ok")
# expect: ok
