# curses on a pseudo-terminal: windows, text, attributes, keys from the other end while another thread draws, panels, what is refused.
import os
import pty
import select
import sys

CHILD = r'''
import curses, curses.panel, sys, threading
report = open(sys.argv[1], "w", encoding="utf-8")
def say(*args):
    print(*args, file=report, flush=True)
def attempt(f, *args):
    try:
        say(f(*args))
    except (curses.error, curses.panel.error, TypeError, ValueError, OverflowError) as e:
        say(type(e).__name__, e)
attempt(curses.cbreak)
attempt(curses.tigetnum, "cols")
screen = curses.initscr()
curses.noecho(), curses.cbreak(), screen.keypad(True)
say(curses.LINES > 0, curses.ACS_HLINE > 255, screen.getmaxyx() == (curses.LINES, curses.COLS))
win = curses.newwin(5, 20, 2, 3)
win.addstr(1, 2, "h\u00e9llo \u20ac", curses.A_BOLD)
win.addch("x"), win.addch(2, 2, ord("y")), win.addnstr(3, 1, b"abcdef", 3), win.insstr(3, 1, "__")
say(win.getyx(), win.instr(1, 2, 10).decode(), win.instr(3, 0, 8), win.inch(1, 2) & curses.A_BOLD != 0, win.inch(2, 2) & curses.A_CHARTEXT)
attempt(win.addstr, 9, 9, "far")
attempt(win.addstr, "a\0b")
attempt(win.addch, "ab")
attempt(win.addch, 1, 2, 3, 4, 5)
attempt(win.addch, 2 ** 40)
attempt(win.move, 100, 100)
part = win.derwin(1, 1)
del win
say(part.getparyx(), part.getbegyx(), part.getmaxyx(), part.instr(0, 1, 6).decode())
attempt(type(part))
pad = curses.newpad(50, 50)
attempt(pad.refresh)
pad.noutrefresh(0, 0, 0, 0, 3, 3), curses.doupdate()
curses.start_color()
attempt(curses.init_pair, 1, 1000, 0)
curses.init_pair(1, curses.COLOR_RED, curses.COLOR_BLACK)
say(curses.pair_content(1), curses.pair_number(curses.color_pair(1)))
curses.ungetch("q")
say(screen.getkey())
screen.timeout(30)
attempt(screen.getkey)
screen.timeout(-1)

drawn = []
def draw():
    for i in range(200):
        part.addstr(0, 0, "%3d" % i), part.noutrefresh()
        drawn.append(i)
t = threading.Thread(target=draw)
screen.refresh()
report.write("ready\n"), report.flush()
t.start()
say(screen.getch())
say(screen.getch() == curses.KEY_UP, screen.get_wch(), screen.get_wch())
t.join()
say(len(drawn), part.instr(0, 0, 3))
curses.echo()
say(screen.getstr(0, 0, 5))
a, b = curses.newwin(3, 3), curses.newwin(4, 4)
p, q = curses.panel.new_panel(a), curses.panel.new_panel(b)
say(curses.panel.top_panel() is q, curses.panel.bottom_panel() is p, p.above() is q, q.above(), p.window() is a)
q.bottom(), p.set_userptr(p), q.hide()
say(curses.panel.top_panel() is p, p.userptr() is p, q.hidden(), p.hidden())
attempt(q.userptr)
del q
curses.panel.update_panels(), curses.doupdate()
say(curses.panel.bottom_panel() is p)
curses.endwin()
say(curses.isendwin(), curses.tparm(curses.tigetstr("cup"), 3, 4))
'''
pid, master = pty.fork()
if pid == 0:
    os.environ["TERM"] = "xterm"
    os.environ["LC_ALL"] = "C.UTF-8"
    sys.argv[1:] = ["report"]
    import locale
    locale.setlocale(locale.LC_ALL, "")
    try:
        exec(CHILD)
    finally:
        os._exit(sys.exception() is not None)
sent = False
while True:
    if select.select([master], [], [], 0.05)[0]:
        try:
            if not os.read(master, 65536):
                break
        except OSError:
            break
    if not sent and os.path.exists("report") and "ready" in open("report", encoding="utf-8").read():
        sent = True
        os.write(master, b"k\x1bOA\xc3\xa9zline\n")
print(os.waitpid(pid, 0)[1])
# expect: 0
print(open("report", encoding="utf-8").read(), end="")
# expect: error must call initscr() first
# expect: error must call setupterm() first
# expect: True True True
# expect: (3, 1) héllo € b' __abc  ' True 121
# expect: error addwstr() returned ERR
# expect: ValueError embedded null character
# expect: TypeError expect int or bytes or str of length 1, got a str of length 2
# expect: TypeError _curses.window.addch requires 1 to 4 arguments
# expect: OverflowError byte doesn't fit in chtype
# expect: error wmove() returned ERR
# expect: (1, 1) (3, 4) (4, 19) héllo
# expect: TypeError cannot create '_curses.window' instances
# expect: error refresh() for a pad requires 6 arguments
# expect: ValueError Color number is greater than COLORS-1 (7).
# expect: (1, 0) 1
# expect: q
# expect: error no input
# expect: ready
# expect: 107
# expect: True é z
# expect: 200 b'199'
# expect: b'line'
# expect: True True True None True
# expect: True True True False
# expect: error no userptr set
# expect: True
# expect: True b'\x1b[4;5H'
