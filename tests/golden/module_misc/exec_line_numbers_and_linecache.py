import linecache, traceback
src = "def f():\n    raise ValueError('from source')\n"
linecache.cache["<gen>"] = (len(src), None, src.splitlines(True), "<gen>")
ns = {}
exec(compile(src, "<gen>", "exec"), ns)
try:
    ns["f"]()
except ValueError:
    print(traceback.format_exc().splitlines()[-3:])

# expect: ['  File "<gen>", line 2, in f', "    raise ValueError('from source')", 'ValueError: from source']
