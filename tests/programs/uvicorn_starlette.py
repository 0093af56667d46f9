# uvicorn (on h11) serves a Starlette application; httpx asks, with its synchronous and its asynchronous client; SIGINT ends it in order.
# timeout: 300
# may-skip: packages from the network
import asyncio
import os

import _install

env = _install.use()

import httpx
from _server import Server

server = Server(["-m", "uvicorn", "--app-dir", os.path.dirname(os.path.abspath(__file__)), "--host", "127.0.0.1", "--port", "0", "--http",
                 "h11", "--log-level", "info", "--no-access-log", "_asgi_app:app"], r"running on http://127\.0\.0\.1:(\d+)", env=env)
base = f"http://127.0.0.1:{server.port}"

with httpx.Client(base_url=base, trust_env=False) as c:
    r = c.get("/hello/you")
    print(r.status_code, r.http_version, r.text)  # expect: 200 HTTP/1.1 hello you
    r = c.post("/echo?a=1", json={"k": [1, 2, {"x": None}]})
    print(r.status_code, r.json())  # expect: 200 {'got': {'k': [1, 2, {'x': None}]}, 'query': {'a': '1'}}
    r = c.get("/stream")
    print(len(r.content), r.content[-8:], r.headers["transfer-encoding"])  # expect: 100000 b'  99  99' chunked
    with c.stream("GET", "/stream") as r:       # the client goes away in the middle
        print(len(next(r.iter_bytes(1000))))  # expect: 1000
    print(c.post("/upload", content=b"z" * 3_000_000).text)  # expect: 3000000
    print(c.post("/upload", content=(b"y" * 1000 for i in range(50))).text)  # expect: 50000
    print(c.get("/nothing").status_code, c.get("/echo").status_code, # expect: 404 405 500
          httpx.get(base + "/boom", trust_env=False).status_code)       # uvicorn closes that connection behind the answer
    before = c.get("/process").json()


async def many():
    async with httpx.AsyncClient(base_url=base, trust_env=False, timeout=60) as c:
        answers = await asyncio.gather(*[c.get(f"/hello/{i}") for i in range(300)])
        print(sum(r.text == f"hello {i}" for i, r in enumerate(answers)))  # expect: 300
        try:
            await asyncio.wait_for(c.get("/stream"), 1e-9)
        except TimeoutError:
            print("timed out")  # expect: timed out
        print((await c.get("/hello/still")).text)  # expect: hello still


asyncio.run(many())
# What connections leave behind: nothing, when the server had time to notice that they are gone.
for _ in range(200):
    after = httpx.get(base + "/process", trust_env=False).json()
    if after["fds"] <= before["fds"] and after["tasks"] <= before["tasks"]:
        break
print(after["fds"] <= before["fds"], after["tasks"] <= before["tasks"])  # expect: True True

code = server.stop()
says = [line for line in server.lines if line.startswith(("up", "down"))]
print(says[0].split()[0], says[-1])  # expect: up down ['task']
print(sum("RuntimeError: boom" in line for line in server.lines))  # expect: 1
print(any("Finished server process" in line for line in server.lines), code in (0, -2, 130))  # expect: True True
