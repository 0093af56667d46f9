# aiohttp without its C extensions, as server and as client: routes, streams, WebSockets, TLS, timeouts, clean-up.
# timeout: 300
# may-skip: packages from the network
# env: AIOHTTP_NO_EXTENSIONS=1
import asyncio
import io
import logging
import os
import ssl
import test
import warnings

import _install

_install.use()
import aiohttp
from aiohttp import web

logging.disable(logging.CRITICAL)
warnings.simplefilter("error", ResourceWarning)


async def hello(request):
    return web.Response(text="hello " + request.match_info["name"])


async def echo(request):
    return web.json_response({"got": await request.json()})


async def upload(request):
    n = 0
    async for chunk in request.content.iter_chunked(65536):
        n += len(chunk)
    return web.Response(text=str(n))


async def stream(request):
    response = web.StreamResponse()
    await response.prepare(request)
    for _ in range(50):
        await response.write(b"y" * 1000)
        await asyncio.sleep(0)
    await response.write_eof()
    return response


async def socket(request):
    ws = web.WebSocketResponse()
    await ws.prepare(request)
    async for message in ws:
        if message.type == aiohttp.WSMsgType.TEXT:
            await ws.send_str(message.data.upper())
        else:
            await ws.send_bytes(message.data[::-1])
    return ws


async def slow(request):
    await asyncio.sleep(60)


async def boom(request):
    raise RuntimeError("boom")


def application():
    app = web.Application(client_max_size=1 << 30)
    app.add_routes([web.get("/hello/{name}", hello), web.post("/echo", echo), web.post("/upload", upload), web.get("/stream", stream),
                    web.get("/ws", socket), web.get("/slow", slow), web.get("/boom", boom)])
    return app


async def exercise(base, **options):
    async with aiohttp.ClientSession(base, connector=aiohttp.TCPConnector(**options)) as s:
        async def text(path):
            async with s.get(path) as r:
                return r.status, await r.text()

        print(await text("/hello/you"), (await text("/nothing"))[0], (await text("/boom"))[0])
        async with s.post("/echo", json={"k": [1]}) as r:
            print(await r.json())
        async with s.post("/upload", data=io.BytesIO(b"z" * 3_000_000)) as r:
            print(await r.text())
        print(len((await text("/stream"))[1]))
        answers = await asyncio.gather(*[text(f"/hello/{i}") for i in range(200)])
        print(sum(a == (200, f"hello {i}") for i, a in enumerate(answers)))
        async with s.ws_connect("/ws") as ws:
            await ws.send_str("abc")
            print((await ws.receive()).data)
            await ws.send_bytes(b"abc" * 30_000)
            print((await ws.receive()).data == b"cba" * 30_000)
        try:
            async with s.get("/slow", timeout=aiohttp.ClientTimeout(total=0.05)):
                pass
        except TimeoutError:
            print("timed out")


async def main():
    plain, tls = web.AppRunner(application(), access_log=None, handler_cancellation=True), web.AppRunner(application(), access_log=None, handler_cancellation=True)
    await plain.setup()
    site = web.TCPSite(plain, "127.0.0.1", 0)
    await site.start()
    await exercise(f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}")
    await plain.cleanup()

    certificates = os.path.join(os.path.dirname(test.__file__), "certdata")     # of CPython's own tests
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(os.path.join(certificates, "keycert3.pem"))
    await tls.setup()
    site = web.TCPSite(tls, "127.0.0.1", 0, ssl_context=server)
    await site.start()
    await exercise(f"https://localhost:{site._server.sockets[0].getsockname()[1]}", ssl=ssl.create_default_context(cafile=os.path.join(certificates, "pycacert.pem")))
    await tls.cleanup()
    await asyncio.sleep(0)
    print(len(asyncio.all_tasks()))


asyncio.run(asyncio.sleep(0))       # what a process opens once
fds = len(os.listdir("/proc/self/fd"))
asyncio.run(main())
print(len(os.listdir("/proc/self/fd")) - fds)
# expect: (200, 'hello you') 404 500
# expect: {'got': {'k': [1]}}
# expect: 3000000
# expect: 50000
# expect: 200
# expect: ABC
# expect: True
# expect: timed out
# expect: (200, 'hello you') 404 500
# expect: {'got': {'k': [1]}}
# expect: 3000000
# expect: 50000
# expect: 200
# expect: ABC
# expect: True
# expect: timed out
# expect: 1
# expect: 0
