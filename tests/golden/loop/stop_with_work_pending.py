# SPDX-License-Identifier: MIT
# A loop that is stopped with callbacks, timers, a connection and a task pending can run again, or be closed at once.
import asyncio
import gc
import socket
import warnings

warnings.simplefilter("ignore", ResourceWarning)
loop = asyncio.new_event_loop()
out = []


class P(asyncio.Protocol):
    def data_received(self, data):
        out.append(data)


async def connect():
    a, b = socket.socketpair()
    t, p = await loop.create_connection(P, sock=a)
    return t, b


t, b = loop.run_until_complete(connect())
b.send(b"one")
loop.call_soon(loop.stop)
loop.call_soon(out.append, 1)
loop.run_forever()
print(out)                          # expect: [1, b'one']
b.send(b"two")
loop.call_soon(loop.stop)
loop.run_forever()
print(out[-1])                      # expect: b'two'
task = loop.create_task(asyncio.sleep(1000))
loop.call_later(1000, print, "never")
loop.call_soon(loop.stop)
loop.run_forever()
t.write(b"x" * 10_000_000)
print(t.get_write_buffer_size() > 0, task.done())   # expect: True False
task.cancel()
loop.close()
try:
    loop.run_forever()
except RuntimeError as e:
    print(e)                        # expect: Event loop is closed
del t, task, loop
gc.collect()
b.close()
print("end")                        # expect: end
import logging
logging.disable(logging.CRITICAL)
