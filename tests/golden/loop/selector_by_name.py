# SPDX-License-Identifier: MIT
# The standard library's selector loop still works when it is asked for, and the default loop has its interface.
import asyncio
import selectors


async def f():
    await asyncio.sleep(0)
    return type(asyncio.get_running_loop()).__mro__


print(asyncio.SelectorEventLoop in asyncio.run(f()))                                        # expect: True
print(asyncio.run(f(), loop_factory=asyncio.SelectorEventLoop)[0] is asyncio.SelectorEventLoop)    # expect: True
loop = asyncio.EventLoop(selectors.SelectSelector())
print(len(loop.run_until_complete(f())) > 3)                                                # expect: True
loop.close()
print(isinstance(asyncio.new_event_loop(), asyncio.EventLoop))                              # expect: True
