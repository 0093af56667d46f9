import asyncio
import contextvars

var = contextvars.ContextVar("var", default="none")


async def main():
    loop = asyncio.get_running_loop()
    f = loop.create_future()
    order = []

    def a(fut):
        order.append(("a", fut is f, var.get()))

    def b(fut):
        order.append(("b", var.get()))

    var.set("outer")
    ctx = contextvars.copy_context()
    ctx.run(var.set, "own")
    f.add_done_callback(a)
    f.add_done_callback(b, context=ctx)
    f.add_done_callback(a)
    print(len(f._callbacks), f.remove_done_callback(a), len(f._callbacks), f.remove_done_callback(a))
    f.add_done_callback(a)
    f.set_result(None)
    print(order, f._callbacks)
    await asyncio.sleep(0)
    print(order)
    f.add_done_callback(b)
    await asyncio.sleep(0)
    print(order[-1])


asyncio.run(main())
# expect: 3 2 1 0
# expect: [] None
# expect: [('b', 'own'), ('a', True, 'outer')]
# expect: ('b', 'outer')
