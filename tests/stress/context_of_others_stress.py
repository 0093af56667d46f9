# SPDX-License-Identifier: MIT
"""A context looked at while another thread runs in it, and all threads' frames while threads begin and end."""
import contextvars
import sys
import threading

variables = [contextvars.ContextVar(str(i)) for i in range(5)]
context = contextvars.copy_context()


def change():
    for i in range(3000):
        token = variables[i % 5].set(i)
        if i % 3:
            variables[i % 5].reset(token)


def look():
    for i in range(1500):
        assert 0 <= len(context) <= 5
        assert len(list(context.items())) <= 5
        sys._current_frames()
        sys._current_exceptions()


threads = [threading.Thread(target=look) for _ in range(2)] + [threading.Thread(target=lambda: context.run(change))]
for t in threads:
    t.start()
for _ in range(30):
    short = [threading.Thread(target=int) for _ in range(4)]
    threading.setprofile_all_threads(None)
    for t in short:
        t.start()
    for t in short:
        t.join()
for t in threads:
    t.join()
print("ok")

# expect: ok
