# SPDX-License-Identifier: MIT
# skip-cpython: it has subinterpreters
# Without subinterpreters, making one says so; a pool of them breaks instead of hanging.
import concurrent.interpreters
import logging
from concurrent.futures import InterpreterPoolExecutor

try:
    concurrent.interpreters.create()
except NotImplementedError as e:
    print(e)
logging.disable()
with InterpreterPoolExecutor(2) as pool:
    print(type(pool.submit(len, "abc").exception(10)).__name__)
# expect: _interpreters.create() is not supported: Ladon runs one interpreter in a process, and threads on all cores in it
# expect: BrokenInterpreterPool
