# prompt_toolkit edits lines typed into a pipe, on the native event loop, and leaves nothing behind.
# timeout: 300
# may-skip: packages from the network
import _install

_install.use()

import gc

from prompt_toolkit import PromptSession
from prompt_toolkit.application import create_app_session
from prompt_toolkit.completion import WordCompleter
from prompt_toolkit.enums import EditingMode
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput


def typed(text, **options):
    with create_pipe_input() as keys:
        keys.send_text(text)
        with create_app_session(input=keys, output=DummyOutput()):
            return PromptSession(**options).prompt("> ")


print(typed("hello\r"))                                               # expect: hello
print(typed("hello world\x01big \x05!\r"))                            # expect: big hello world!
print(typed("one two three\x17\x17four\x19\r"))                       # expect: one fourtwo three
print(typed("abc def\x1bbxX\x1b0iY\x1b\r", editing_mode=EditingMode.VI))  # expect: Yabcef
print(typed("per\t\r", completer=WordCompleter(["perfect"])))         # expect: per
try:
    typed("\x03")
except KeyboardInterrupt:
    print("interrupted")                                              # expect: interrupted
try:
    typed("\x04")
except EOFError:
    print("end")                                                      # expect: end
gc.collect()
print(sum(isinstance(o, PromptSession) for o in gc.get_objects()))    # expect: 0
