# SPDX-License-Identifier: MIT
# SystemExit and KeyboardInterrupt leave run_forever; what was scheduled stays, and the loop can run again.
import asyncio

loop = asyncio.new_event_loop()
out = []


def leave(e):
    raise e


loop.call_soon(leave, KeyboardInterrupt("k"))
loop.call_soon(out.append, 1)
try:
    loop.run_forever()
except KeyboardInterrupt as e:
    print(repr(e), out)                 # expect: KeyboardInterrupt('k') []
loop.call_soon(leave, SystemExit(3))
try:
    loop.run_forever()
except SystemExit as e:
    print(repr(e), out)                 # expect: SystemExit(3) [1]
loop.call_soon(loop.stop)
loop.run_forever()
print(out)                              # expect: [1]
loop.close()
