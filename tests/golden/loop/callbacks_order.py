# SPDX-License-Identifier: MIT
# Callbacks run in the order they were scheduled, timers by their time, and what a callback schedules runs a turn later.
import asyncio

loop = asyncio.new_event_loop()
out = []
loop.call_soon(out.append, 1)
loop.call_soon(lambda: (out.append(2), loop.call_soon(out.append, 4)))
h = loop.call_soon(out.append, "never")
h.cancel()
loop.call_soon(out.append, 3)
loop.call_later(0.03, out.append, 6)
loop.call_later(0.01, out.append, 5)
late = loop.call_later(0.02, out.append, "never")
late.cancel()
loop.call_later(0.05, loop.stop)
loop.run_forever()
print(out)                                  # expect: [1, 2, 3, 4, 5, 6]
print(h.cancelled(), late.cancelled())      # expect: True True
loop.call_soon(print, "before close")
loop.close()
try:
    loop.call_soon(print)
except RuntimeError as e:
    print(e)                                # expect: Event loop is closed
try:
    loop.call_later(1, print)
except RuntimeError as e:
    print(e)                                # expect: Event loop is closed
print(loop.is_closed(), loop.is_running())  # expect: True False
