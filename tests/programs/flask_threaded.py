# Flask under its own threaded server; requests asks, from one thread and from many; SIGINT ends the server.
# timeout: 300
# may-skip: packages from the network
import os
from concurrent.futures import ThreadPoolExecutor

import _install

env = _install.use()

import requests
from _server import Server

server = Server(["-m", "flask", "--app", os.path.join(os.path.dirname(os.path.abspath(__file__)), "_wsgi_app.py"), "run", "--host",
                 "127.0.0.1", "--port", "0", "--with-threads", "--no-reload"], r"Running on http://127\.0\.0\.1:(\d+)", env=env)
base = f"http://127.0.0.1:{server.port}"


def session():
    s = requests.Session()
    s.trust_env = False
    return s


with session() as s:
    r = s.get(base + "/", params={"x": "ä&"})
    print(r.status_code, r.text)  # expect: 200 <li>a</li><li>&lt;b&gt;</li><li>ä&amp;</li>
    print(s.post(base + "/echo", json={"x": [1, None]}).json())  # expect: {'got': {'x': [1, None]}}
    print([s.get(base + "/count").text for _ in range(3)])  # expect: ['1', '2', '3']
    print(s.post(base + "/upload", files={"f": ("name.bin", b"q" * 2_000_000)}).text)  # expect: name.bin 2000000
    print([s.get(base + path).status_code for path in ("/boom", "/teapot", "/nothing")])  # expect: [500, 418, 404]
    print(s.post(base + "/echo", data="no json", headers={"Content-Type": "text/plain"}).status_code)  # expect: 415


def ask(path):
    with session() as s:
        r = s.get(base + path, timeout=60)
        return r.status_code, r.text


with ThreadPoolExecutor(8) as pool:
    print(list(pool.map(ask, ["/together"] * 4)))  # expect: [(200, 'True'), (200, 'True'), (200, 'True'), (200, 'True')]
    print(sum(r == (200, "1") for r in pool.map(ask, ["/count"] * 200)))  # expect: 200
server.stop()
print(sum("RuntimeError: boom" in line for line in server.lines))  # expect: 1
print(sum('"GET /count HTTP/1.1" 200' in line for line in server.lines))  # expect: 203
