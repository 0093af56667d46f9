# SPDX-License-Identifier: MIT
# No descriptors left: subprocesses, datagram endpoints and connections say so, leave nothing open, and work again when there are some.
import asyncio
import gc
import os
import resource

from _faults import open_files


async def attempts(loop):
    async def child():
        p = await asyncio.create_subprocess_exec("cat", stdin=-1, stdout=-1, stderr=-1)
        return (await p.communicate(b"child"))[0]

    async def datagram():
        t, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0))
        t.close()
        await asyncio.sleep(0.01)
        return "datagram"

    async def server():
        s = await loop.create_server(asyncio.Protocol, "127.0.0.1", 0)
        s.close()
        await s.wait_closed()
        return "server"

    for f in (child, datagram, server):
        try:
            print(f.__name__, await f())
        except OSError as e:
            print(f.__name__, e.strerror or str(e)[:30])


async def main():
    loop = asyncio.get_running_loop()
    await attempts(loop)            # what is opened once is open
    gc.collect()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))
    for left in (0, 1, 2, 3, 4, 5):
        hoard = []
        try:
            while True:
                hoard.append(os.open("/dev/null", os.O_RDONLY))
        except OSError:
            pass
        for fd in hoard[:left]:
            os.close(fd)
        try:
            await asyncio.create_subprocess_exec("cat", stdin=-1, stdout=-1, stderr=-1)
        except OSError as e:
            print(left, e.strerror)
        if left == 0:
            await attempts(loop)
        for fd in hoard[left:]:
            os.close(fd)
        gc.collect()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    files = open_files()
    await attempts(loop)
    gc.collect()
    print(open_files() <= files)


asyncio.run(main())
# expect: child b'child'
# expect: datagram datagram
# expect: server server
# expect: 0 Too many open files
# expect: child Too many open files
# expect: datagram Too many open files
# expect: server could not bind on any address
# expect: 1 Too many open files
# expect: 2 Too many open files
# expect: 3 Too many open files
# expect: 4 Too many open files
# expect: 5 Too many open files
# expect: child b'child'
# expect: datagram datagram
# expect: server server
# expect: True
