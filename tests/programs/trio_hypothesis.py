# trio runs tasks, sockets and threads; hypothesis finds the smallest counterexample. Both use ctypes.
# timeout: 300
# may-skip: packages from the network
import _install

_install.use()

import trio
from hypothesis import HealthCheck, given, settings, strategies


async def child(n, out):
    await trio.sleep(0.02 * n)
    out.append(n)


async def echo(stream):
    async for data in stream:
        await stream.send_all(data.upper())


async def main():
    out = []
    async with trio.open_nursery() as nursery:
        for n in (3, 1, 2):
            nursery.start_soon(child, n, out)
    print(out)  # expect: [1, 2, 3]
    async with trio.open_nursery() as nursery:
        listeners = await nursery.start(trio.serve_tcp, echo, 0)
        stream = await trio.open_tcp_stream("127.0.0.1", listeners[0].socket.getsockname()[1])
        await stream.send_all(b"hello")
        print(await stream.receive_some())  # expect: b'HELLO'
        nursery.cancel_scope.cancel()
    with trio.move_on_after(0.01) as scope:
        await trio.sleep(5)
    print(scope.cancelled_caught, await trio.to_thread.run_sync(lambda: 5))  # expect: True 5


trio.run(main)


@settings(max_examples=100, database=None, deadline=None, suppress_health_check=list(HealthCheck))
@given(strategies.lists(strategies.integers()))
def sorts(xs):
    assert sorted(xs) == sorted(reversed(xs))


@settings(max_examples=200, database=None, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(strategies.integers())
def small(x):
    assert x < 1000


sorts()
try:
    small()
except AssertionError as e:
    print(e.__notes__[0].split())  # expect: ['Falsifying', 'example:', 'small(', 'x=1000,', ')']
