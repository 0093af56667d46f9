# SPDX-License-Identifier: MIT
"""Frames of running functions looked at from another thread: f_locals, f_lineno, tracebacks."""
import sys
import threading
import traceback
from _hammer import hammer

stop = False


def runner():
    x = 0
    items = []
    while not stop:
        x += 1
        items.append(x)
        if len(items) > 20:
            items = []
        try:
            if x % 50 == 0:
                raise ValueError(x)
        except ValueError as e:
            e.__traceback__


t = threading.Thread(target=runner)
t.start()


def look(rng):
    f = sys._current_frames().get(t.ident)
    while f is not None:
        dict(f.f_locals)
        f.f_lineno
        f.f_code.co_name
        f = f.f_back


hammer(look, look, turns=500, allowed=(RuntimeError,))
stop = True
t.join()
print("ok")

# expect: ok
