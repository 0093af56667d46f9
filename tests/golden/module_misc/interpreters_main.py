# SPDX-License-Identifier: MIT
# The main interpreter as concurrent.interpreters and _interpreters tell of it.
import _interpreters
import concurrent.interpreters as interpreters


def report(what, *args, **kwargs):
    try:
        print(what.__name__, what(*args, **kwargs))
    except Exception as e:
        print(what.__name__, type(e).__name__, e)


print(interpreters.get_current() == interpreters.get_main(), interpreters.list_all(), interpreters.get_main().is_running())
report(_interpreters.whence, 0)
for bad in (5, -1, "x", 2 ** 70):
    report(_interpreters.whence, bad)
report(_interpreters.destroy, 0)
report(_interpreters.destroy, 0, restrict=True)
report(_interpreters.exec, 0, "x = 5")
report(_interpreters.call, 0, len, ("abc",), restrict=True)
report(_interpreters.set___main___attrs, 0, 3)
print([_interpreters.is_shareable(v) for v in (None, True, 1, 2 ** 80, 1.5, "s", b"s", (1, []), memoryview(b"x"), [], {}, print, ..., bytearray())])
print(_interpreters.new_config())
print(_interpreters.new_config("legacy", gil="own"))
report(_interpreters.new_config, "bogus")
report(_interpreters.new_config, gil="x")
report(_interpreters.new_config, speed=1)
report(_interpreters.new_config, allow_fork=5)
print(_interpreters.get_config(0).allow_fork)
print(_interpreters.capture_exception())
try:
    1 / 0
except ZeroDivisionError:
    print(_interpreters.capture_exception())
print(_interpreters.capture_exception(KeyError()), issubclass(interpreters.NotShareableError, TypeError))
report(_interpreters.capture_exception, 5)
# expect: True [Interpreter(0)] True
# expect: whence 1
# expect: whence InterpreterNotFoundError unrecognized interpreter ID 5
# expect: whence ValueError interpreter ID must be a non-negative int, got -1
# expect: whence TypeError interpreter ID must be an int, got str
# expect: whence OverflowError int too big to convert
# expect: destroy InterpreterError cannot destroy the current interpreter
# expect: destroy InterpreterError cannot destroy unrecognized interpreter 0
# expect: exec InterpreterError interpreter already running
# expect: call InterpreterError cannot make a call in unrecognized interpreter 0
# expect: set___main___attrs TypeError _interpreters.set___main___attrs() argument 2 must be dict, not int
# expect: [True, True, True, True, True, True, True, True, True, False, False, False, False, False]
# expect: namespace(use_main_obmalloc=False, allow_fork=False, allow_exec=False, allow_threads=True, allow_daemon_threads=False, check_multi_interp_extensions=True, gil='own')
# expect: namespace(use_main_obmalloc=True, allow_fork=True, allow_exec=True, allow_threads=True, allow_daemon_threads=True, check_multi_interp_extensions=False, gil='own')
# expect: new_config ValueError unsupported config name 'bogus'
# expect: new_config ValueError unsupported interpreter config .gil value 'x'
# expect: new_config ValueError config dict has 1 extra item ({'speed': 1})
# expect: new_config TypeError invalid config type: allow_fork
# expect: True
# expect: None
# expect: None
# expect: namespace(type=namespace(__name__='KeyError', __qualname__='KeyError', __module__='builtins'), msg='', formatted='KeyError: ', errdisplay='KeyError') True
# expect: capture_exception TypeError expected exception, got 5
