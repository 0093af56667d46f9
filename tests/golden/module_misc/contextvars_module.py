import contextvars
v = contextvars.ContextVar("v")
t = v.set(1)
c = contextvars.copy_context()
v.reset(t)
print(v.get("unset"), c.run(v.get), list(c.values()), v.name)  # expect: unset 1 [1] v
try:
    v.get()
except LookupError:
    print("LookupError")  # expect: LookupError
try:
    c.run(c.run, print)
except RuntimeError as e:
    print(str(e).split(":")[0])  # expect: cannot enter context
