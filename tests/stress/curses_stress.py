# SPDX-License-Identifier: MIT
"""Windows, their parts and panels that threads make, draw on, pile up and drop, while one reads keys; on a pseudo-terminal."""
import os
import pty
import sys

pid, master = pty.fork()
if pid:
    typed = 0
    while True:
        try:
            if not os.read(master, 65536):
                break
        except OSError:
            break
        if typed < 2000:
            typed += os.write(master, b"ab\x1bOA")
    if os.waitpid(pid, 0)[1]:
        raise SystemExit("stress: the child failed: " + open("errors").read())
    raise SystemExit

os.environ["TERM"] = "xterm"
sys.stderr = open("errors", "w")
try:
    import curses
    import curses.panel
    from _hammer import hammer
    screen = curses.initscr()
    curses.noecho(), curses.cbreak()
    screen.timeout(1)
    shared = [curses.newwin(10, 20, i, i) for i in range(4)]
    panels = [curses.panel.new_panel(w) for w in shared]

    def draw(rng):
        w = rng.choice(shared)
        w.addstr(rng.randrange(5), rng.randrange(9), rng.choice(("abc", "\u00e9\u20ac")), rng.choice((curses.A_BOLD, curses.A_NORMAL)))
        w.noutrefresh(), w.getyx(), w.instr(0, 0)
        if rng.randrange(20) == 0:
            curses.doupdate()

    def replace(rng):
        i = rng.randrange(4)
        w = shared[i] = curses.newwin(10, 20, i, i)
        parts = [w.derwin(2, 2, 1, 1).derwin(1, 1, 0, 0) for _ in range(3)]
        if rng.randrange(2):
            panels[i] = curses.panel.new_panel(w)
        parts[1].addstr(0, 0, "")
        w.encoding = "latin-1"

    def pile(rng):
        p = rng.choice(panels)
        rng.choice((p.top, p.bottom, p.hide, p.show, p.above, p.below, p.window, p.hidden, curses.panel.top_panel, curses.panel.bottom_panel, curses.panel.update_panels))()
        p.set_userptr(p)

    def read(rng):
        screen.getch()

    hammer(draw, draw, replace, pile, read, turns=300, allowed=(curses.error, curses.panel.error))
    curses.endwin()
    sys.stderr.flush()
    os._exit(0)
except BaseException as e:
    sys.stderr.write(repr(e))
    sys.stderr.flush()
    os._exit(1)
