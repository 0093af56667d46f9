# SPDX-License-Identifier: MIT
"""What the tests of faults share: servers of streams over each transport, a coroutine that is cancelled at its n-th wait, and what a fault must
not leave behind."""
import asyncio
import gc
import os
import resource
import ssl
import sys

sys.path.insert(1, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "module_ssl"))
from _tls import contexts


async def over_each_transport(run, handshake=None, **options):
    """Awaits run(name, start, connect) for TCP, a Unix socket and TLS: start(handler) makes a server of streams with the options, connect(address)
    a client's streams. handshake is the server's time for one of TLS."""
    client, server = contexts()
    tls = {"ssl": server, "ssl_handshake_timeout": handshake}
    await run("tcp", lambda handler: asyncio.start_server(handler, "127.0.0.1", 0, **options), lambda address: asyncio.open_connection(*address))
    await run("unix", lambda handler: asyncio.start_unix_server(handler, "s", **options), asyncio.open_unix_connection)
    await run("tls", lambda handler: asyncio.start_server(handler, "127.0.0.1", 0, **options, **tls),
              lambda address: asyncio.open_connection(*address, ssl=client, server_hostname="localhost"))


async def close(writer):
    writer.close()
    try:
        await writer.wait_closed()
    except (ConnectionError, ssl.SSLError):     # the other end was still sending
        pass


class CancelAt:
    """Awaits a coroutine and cancels the task when the coroutine waits for the n-th time: while what it waits for is still pending
    ("waiting"), or when that has just come but the task has not run yet ("woken")."""

    def __init__(self, coro, n, how):
        self.coro, self.n, self.how, self.waits = coro, n, how, 0

    def __await__(self):
        steps = self.coro.__await__()
        task, loop = asyncio.current_task(), asyncio.get_running_loop()
        send, value = steps.send, None
        while True:
            try:
                waits_for = send(value)
            except StopIteration as e:
                return e.value
            self.waits += 1
            if self.waits == self.n:
                if self.how == "waiting" or waits_for is None:
                    loop.call_soon(task.cancel)
                else:
                    waits_for.add_done_callback(lambda f: task.cancel())
            try:
                send, value = steps.send, (yield waits_for)
            except BaseException as e:
                send, value = steps.throw, e


def open_files():
    return len(os.listdir("/proc/self/fd"))


def cpu():
    r = resource.getrusage(resource.RUSAGE_SELF)
    return r.ru_utime + r.ru_stime


async def settled(files, seconds=10):
    """Waits until no more than `files` descriptors are open and only the calling task is left; says what stays."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while (open_files() > files or len(asyncio.all_tasks()) > 1) and loop.time() < end:
        gc.collect()
        await asyncio.sleep(0.001)
    left = open_files() - files, len(asyncio.all_tasks()) - 1
    return "settled" if left == (0, 0) or (left[0] < 0 and not left[1]) else "left behind: %d descriptors, %d tasks" % left


async def idle_cost(seconds=0.3):
    """Share of a processor that the loop takes while nothing happens."""
    before = cpu()
    await asyncio.sleep(seconds)
    return (cpu() - before) / seconds


def complaints(loop):
    """The list of what the loop's exception handler is told from now on."""
    told = []
    loop.set_exception_handler(lambda loop, context: told.append(context["message"] + ": " + repr(context.get("exception"))))
    return told
