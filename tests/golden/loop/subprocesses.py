# SPDX-License-Identifier: MIT
# Subprocess transports: what a protocol is told and when, pipes, signals and return codes, large data both ways, a child that closes its pipes early, many at
# once, a loop in another thread, a child that cannot be started.
import asyncio
import signal
import subprocess
import threading


class P(asyncio.SubprocessProtocol):
    def __init__(self):
        self.told, self.data = [], {}
        self.lost = asyncio.get_running_loop().create_future()

    def connection_made(self, transport):
        self.transport = transport
        self.told.append("made")

    def pipe_data_received(self, fd, data):
        self.data[fd] = self.data.get(fd, b"") + data

    def pipe_connection_lost(self, fd, exc):
        self.told.append("pipe %d %s" % (fd, exc))

    def process_exited(self):
        self.told.append("exited %s" % self.transport.get_returncode())

    def connection_lost(self, exc):
        self.told.append("lost %s" % exc)
        self.lost.set_result(None)


async def protocol():
    loop = asyncio.get_running_loop()
    t, p = await loop.subprocess_shell(P, "read x; echo out $x; echo err >&2; exit 3")
    print(t.get_returncode(), t.get_pid() > 0, t.get_pipe_transport(7), t.get_extra_info("subprocess").pid == t.get_pid())    # expect: None True None True
    t.get_pipe_transport(0).write(b"put in\n")
    await p.lost
    print(p.data[1], p.data[2], t.get_returncode())     # expect: b'out put in\n' b'err\n' 3
    print(p.told[0], sorted(p.told[1:-1]), p.told[-1])  # expect: made ['exited 3', 'pipe 0 None', 'pipe 1 None', 'pipe 2 None'] lost None
    for f in (t.kill, t.terminate, lambda: t.send_signal(0)):
        try:
            f()
        except ProcessLookupError:
            print("no such process")
    # expect: no such process
    # expect: no such process
    # expect: no such process
    t.close()
    t, p = await loop.subprocess_exec(P, "sleep", "30", stdin=None, stdout=None, stderr=None)
    t.send_signal(signal.SIGTERM)
    await p.lost
    print(p.told)                                       # expect: ['made', 'exited -15', 'lost None']
    t, p = await loop.subprocess_exec(P, "sleep", "30", stdin=subprocess.DEVNULL, stderr=subprocess.STDOUT)
    t.close()                                           # kills it
    await p.lost
    print(t.get_returncode(), t.is_closing())           # expect: -9 True


async def streams():
    async def run(*args, data=None, **kw):
        p = await asyncio.create_subprocess_exec(*args, stdin=subprocess.PIPE, stdout=subprocess.PIPE, **kw)
        out, err = await p.communicate(data)
        return p.returncode, out, err

    big = bytes(range(256)) * 12000
    code, out, err = await run("cat", data=big)
    print(code, out == big, err)                        # expect: 0 True None
    print(await run("true", data=big))                  # expect: (0, b'', None)
    code, out, _ = await run("sh", "-c", "exec 0<&- 1>&-; sleep 0.05; exit 5")
    print(code, out)                                    # expect: 5 b''
    results = await asyncio.gather(*(run("sh", "-c", "cat; exit %d" % i, data=b"%d" % i) for i in range(20)))
    print(results == [(i, b"%d" % i, None) for i in range(20)])     # expect: True
    p = await asyncio.create_subprocess_exec("cat", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    p.stdin.write(b"line 1\nline 2\n")
    print(await p.stdout.readline(), await p.stdout.readline())     # expect: b'line 1\n' b'line 2\n'
    wait = asyncio.create_task(p.wait())
    await asyncio.sleep(0)
    wait.cancel()
    p.kill()
    print(await p.wait(), await p.wait(), await p.stdout.read())    # expect: -9 -9 b''
    p = await asyncio.create_subprocess_exec("sleep", "30", stdout=subprocess.PIPE)
    try:
        await asyncio.wait_for(p.communicate(), 0.05)
    except TimeoutError:
        p.terminate()
    print(await p.wait())                               # expect: -15
    for args, kw in ((("/no/such/program",), {}), (("cat",), {"cwd": "/no/such/folder"}), (("cat",), {"universal_newlines": True}), (("cat",), {"bufsize": 1})):
        try:
            await asyncio.create_subprocess_exec(*args, **kw)
        except (OSError, ValueError) as e:
            print(type(e).__name__, str(e)[:40])
    # expect: FileNotFoundError [Errno 2] No such file or directory: '/n
    # expect: FileNotFoundError [Errno 2] No such file or directory: '/n
    # expect: ValueError universal_newlines must be False
    # expect: ValueError bufsize must be 0


async def main():
    await protocol()
    await streams()


asyncio.run(main())
t = threading.Thread(target=lambda: asyncio.run(asyncio.wait_for(streams(), 60)))
t.start()
t.join()
# expect: 0 True None
# expect: (0, b'', None)
# expect: 5 b''
# expect: True
# expect: b'line 1\n' b'line 2\n'
# expect: -9 -9 b''
# expect: -15
# expect: FileNotFoundError [Errno 2] No such file or directory: '/n
# expect: FileNotFoundError [Errno 2] No such file or directory: '/n
# expect: ValueError universal_newlines must be False
# expect: ValueError bufsize must be 0
