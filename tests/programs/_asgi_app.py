# SPDX-License-Identifier: MIT
"""The Starlette application that uvicorn_starlette.py serves."""
import asyncio
import os
import sys
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.responses import JSONResponse, PlainTextResponse, StreamingResponse
from starlette.routing import Route

done_in_background = []


@asynccontextmanager
async def lifespan(app):
    print("up", sys.implementation.name, type(asyncio.get_running_loop()).__name__, flush=True)
    yield
    print("down", done_in_background, flush=True)


async def hello(request):
    return PlainTextResponse("hello " + request.path_params["name"])


async def echo(request):
    return JSONResponse({"got": await request.json(), "query": dict(request.query_params)},
                        background=BackgroundTask(done_in_background.append, "task"))


async def stream(request):
    async def pieces():
        for i in range(100):
            yield b"%4d" % i * 250
            await asyncio.sleep(0)
    return StreamingResponse(pieces(), media_type="text/plain")


async def upload(request):
    n = 0
    async for chunk in request.stream():
        n += len(chunk)
    return PlainTextResponse(str(n))


async def boom(request):
    raise RuntimeError("boom")


async def process(request):
    return JSONResponse({"fds": len(os.listdir("/proc/self/fd")), "tasks": len(asyncio.all_tasks())})


app = Starlette(lifespan=lifespan, routes=[
    Route("/hello/{name}", hello), Route("/echo", echo, methods=["POST"]), Route("/stream", stream),
    Route("/upload", upload, methods=["POST"]), Route("/boom", boom), Route("/process", process)])
