# input() with readline on a pseudo-terminal: editing, completion, history, the startup hook, interrupts, the end of the input.
import os
import pty
import select
import sys

CHILD = r'''
import readline, rlcompleter
report = open("report", "w")
def say(*args):
    print(*args, file=report, flush=True)
if readline.backend == "editline":
    readline.parse_and_bind("bind ^I rl_complete")
else:
    readline.parse_and_bind("tab: complete")
asked = []
def complete(text, state):
    asked.append((text, readline.get_line_buffer(), readline.get_begidx(), readline.get_endidx()))
    words = [w for w in ("zebra", "yak") if w.startswith(text)]
    return words[state] if state < len(words) else None
readline.set_completer(complete)
def ask():
    say("ready")
    try:
        say(repr(input("prompt> ")))
    except (KeyboardInterrupt, EOFError) as e:
        say(type(e).__name__)
ask()
ask()
say(asked[0])
ask()
ask()
readline.set_startup_hook(lambda: readline.insert_text("inserted "))
ask()
readline.set_startup_hook()
def fail(text, state):
    1 / 0
readline.set_completer(fail)
ask()
readline.set_completer(rlcompleter.Completer({"unusual_name": 1}).complete)
ask()
readline.set_auto_history(False)
ask()
say([readline.get_history_item(i + 1) for i in range(readline.get_current_history_length())])
ask()
'''
KEYS = [b"plaim\x7fn \xc3\xa9\n", b"say ze\t\n", b"\x10\x10\n", b"half a line\x03", b"text\n", b"a\tb\n", b"unusu\t\n", b"forgotten\n", b"\x04"]
pid, master = pty.fork()
if pid == 0:
    os.environ.update(TERM="xterm", LC_ALL="C.UTF-8", INPUTRC="/dev/null", HOME="/nonexistent")
    import locale
    locale.setlocale(locale.LC_ALL, "")
    try:
        exec(CHILD)
    finally:
        os._exit(sys.exception() is not None)
shown, sent = b"", 0
while True:
    if select.select([master], [], [], 0.02)[0]:
        try:
            data = os.read(master, 65536)
        except OSError:
            break
        if not data:
            break
        shown += data
    elif sent < len(KEYS) and shown.count(b"prompt> ") and os.path.exists("report") and open("report").read().count("ready") > sent:
        os.write(master, KEYS[sent])    # the prompt is there, and nothing more comes
        sent += 1
print(os.waitpid(pid, 0)[1], b"zebra" in shown)
# expect: 0 True
print(open("report").read().replace("ready\n", ""), end="")
# expect: 'plain é'
# expect: 'say zebra'
# expect: ('ze', 'say ze', 4, 6)
# expect: 'plain é'
# expect: KeyboardInterrupt
# expect: 'inserted text'
# expect: 'ab'
# expect: 'unusual_name'
# expect: 'forgotten'
# expect: ['plain é', 'say zebra', 'plain é', 'inserted text', 'ab', 'unusual_name']
# expect: EOFError
