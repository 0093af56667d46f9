import asyncio

loop = asyncio.new_event_loop()
seen = []
loop.set_exception_handler(lambda loop, context: seen.append((context["message"], repr(context["exception"]))))
f = loop.create_future()
f.set_exception(ValueError("lost"))
del f
print(seen)
# expect: [('Future exception was never retrieved', "ValueError('lost')")]
f = loop.create_future()
f.set_exception(ValueError("found"))
f.exception()
del f
print(len(seen))
# expect: 1


async def fails():
    raise KeyError("k")


async def main():
    t = asyncio.create_task(fails())
    await asyncio.sleep(0)
    del t


loop.run_until_complete(main())
print(seen[1:])
# expect: [('Task exception was never retrieved', "KeyError('k')")]


class Mine(asyncio.Future):
    pass


f = Mine(loop=loop)
f.set_exception(OSError("mine"))
f.note = "attributes work"
print(f, f.note)
# expect: <Mine finished exception=OSError('mine')> attributes work
del f
print(seen[2:])
# expect: [('Mine exception was never retrieved', "OSError('mine')")]
loop.close()
