# SPDX-License-Identifier: MIT
# repr of handles and transports, and debug mode: checks, source traceback, slow callbacks.
import asyncio
import logging
import re
import socket
import time


def callback(*args):
    pass


loop = asyncio.new_event_loop()
strip = lambda h: re.sub(r"at \S*?(\w+\.py):\d+", r"at \1", re.sub(r"when=[\d.]+", "when=N", repr(h)))
print(strip(loop.call_soon(callback, 1)))               # expect: <Handle callback() at handle_repr.py>
h = loop.call_later(10, callback)
print(strip(h))                                         # expect: <TimerHandle when=N callback() at handle_repr.py>
h.cancel()
print(strip(h))                                         # expect: <TimerHandle cancelled when=N>
loop.set_debug(True)
h = loop.call_soon(callback, 1)
print(strip(h))         # expect: <Handle callback(1) at handle_repr.py created at handle_repr.py>
h.cancel()
print(strip(h))         # expect: <Handle cancelled callback(1) at handle_repr.py created at handle_repr.py>
for bad in (None, 5):
    try:
        loop.call_soon(bad)
    except TypeError as e:
        print(e)
# expect: a callable object was expected by call_soon(), got None
# expect: a callable object was expected by call_soon(), got 5


async def coro():
    pass

try:
    loop.call_soon(coro)
except TypeError as e:
    print(e)                                            # expect: coroutines cannot be used with call_soon()
records = []


class Keep(logging.Handler):
    def emit(self, record):
        records.append(re.sub(r"[\d.]+ seconds", "N seconds", record.getMessage()))


logging.getLogger("asyncio").addHandler(Keep())
loop.slow_callback_duration = 0.01
loop.call_soon(time.sleep, 0.03)
loop.call_soon(loop.stop)
loop.run_forever()
print(any(r.startswith("Executing <Handle sleep(0.03)") and r.endswith("took N seconds") for r in records))   # expect: True
loop.close()
