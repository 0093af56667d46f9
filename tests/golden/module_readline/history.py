# readline's history: items, files, what is refused.
import readline
import os

r = readline


def attempt(f, *args):
    try:
        print(f(*args))
    except Exception as e:
        print(type(e).__name__, e)


print(r.backend in ("readline", "editline"), r.get_current_history_length(), r.get_history_length(), r.get_completer(), ascii(r.get_completer_delims()))
# expect: True 0 -1 None ' \t\n`~!@#$%^&*()-=+[{]}\\|;:\'",<>/?'
for line in ("first", "second \u20ac", "third line"):
    r.add_history(line)
print([r.get_history_item(i) for i in range(5)], r.get_current_history_length())
# expect: [None, 'first', 'second €', 'third line', None] 3
r.replace_history_item(0, "1st")
r.remove_history_item(1)
print([r.get_history_item(i) for i in range(1, 4)])
# expect: ['1st', 'third line', None]
attempt(r.replace_history_item, 9, "x")
# expect: ValueError No history item at position 9
attempt(r.remove_history_item, -1)
# expect: ValueError History index cannot be negative
attempt(r.add_history, 3)
# expect: TypeError bad argument type for built-in operation
attempt(r.add_history, "a\0b")
# expect: ValueError embedded null character
attempt(r.set_completer, 3)
# expect: TypeError set_completer(func): argument not callable
attempt(r.append_history_file, -1, "h")
# expect: ValueError nelements must be non-negative
attempt(r.append_history_file, 1, "none")
# expect: FileNotFoundError [Errno 2] No such file or directory
attempt(r.read_history_file, "none")
# expect: FileNotFoundError [Errno 2] No such file or directory


def items():
    return [r.get_history_item(i + 1) for i in range(r.get_current_history_length())]


r.write_history_file("h")
r.append_history_file(1, "h")
r.clear_history()
r.read_history_file("h")
print(items())
# expect: ['1st', 'third line', 'third line']
r.add_history("more")
r.set_history_length(2)
r.append_history_file(1, "h")
r.clear_history()
r.read_history_file("h")
print(items(), r.get_history_length())
# expect: ['third line', 'more'] 2
r.add_history("last")
r.write_history_file("h")
r.clear_history()
r.read_history_file("h")
print(items(), r.set_completer_delims(" \t"), r.get_completer_delims() == " \t")
# expect: ['more', 'last'] None True
r.set_completer(print)
print(r.get_completer() is print, r.set_completer(), r.get_completer())
# expect: True None None
