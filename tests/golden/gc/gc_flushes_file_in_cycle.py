"""A file that is part of a garbage cycle is flushed before its buffer and its descriptor are finalized; what refers comes before what is referred to."""
import gc
import io
import os
import tempfile

path = os.path.join(tempfile.mkdtemp(), "out")


def written(make):
    make()
    gc.collect()
    with open(path, "rb") as f:
        return f.read()


def text():
    f = open(path, "w")
    f.write("text")
    f.me = f


def binary():
    f = open(path, "wb")
    f.write(b"binary")
    holder = [f]
    holder.append(holder)


def nested():
    f = io.TextIOWrapper(io.BufferedWriter(io.FileIO(path, "w")))
    f.write("nested")
    box = {"f": f}
    box["self"] = box


for make in (text, binary, nested):
    print(written(make))

# skip-cpython: it finalizes in the order of creation, the descriptor first, and loses what was written
# expect: b'text'
# expect: b'binary'
# expect: b'nested'
