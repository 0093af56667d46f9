# SPDX-License-Identifier: MIT
"""readline's history, completer and files, used by threads at once."""
import os
import readline
import tempfile
from _hammer import hammer

folder = tempfile.mkdtemp()


def items(rng):
    k = rng.randrange(5)
    if k == 0:
        readline.add_history("line %d" % rng.randrange(9))
    elif k == 1:
        line = readline.get_history_item(rng.randrange(1, 20))
        if line is not None and not line.startswith("line "):
            raise AssertionError(line)
    elif k == 2:
        readline.replace_history_item(rng.randrange(20), "line x")
    elif k == 3:
        readline.remove_history_item(rng.randrange(20))
    elif rng.randrange(50) == 0:
        readline.clear_history()
    readline.get_current_history_length()


def settings(rng):
    readline.set_completer(lambda text, state: None)
    readline.get_completer()
    readline.set_completer_delims("%d" % rng.randrange(999))
    if not readline.get_completer_delims().isdigit():
        raise AssertionError
    readline.set_startup_hook(rng.choice((None, print)))
    readline.set_completion_display_matches_hook(rng.choice((None, print)))
    readline.get_line_buffer(), readline.get_begidx(), readline.get_completion_type()


def files(rng):
    name = os.path.join(folder, "h")
    rng.choice((readline.write_history_file, readline.read_history_file, lambda f: readline.append_history_file(2, f)))(name)
    readline.set_history_length(rng.randrange(-1, 30))


hammer(items, items, settings, files, turns=400, allowed=(ValueError, OSError))
