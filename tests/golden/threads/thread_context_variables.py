import contextvars, threading
v = contextvars.ContextVar("v", default="d")
v.set("main")
out = []
t = threading.Thread(target=lambda: out.append(v.get()))
t.start()
t.join()
ctx = contextvars.copy_context()
print(out[0] in ("d", "main"), ctx[v], ctx.run(lambda: (v.set("in"), v.get())[1]), v.get())

# expect: True main in main
