try:
    import nothing_here_at_all
except ImportError as e:
    print(e.name, e.path, e)
try:
    object().foo
except AttributeError as e:
    print(e.name, type(e.obj))
try:
    nope
except NameError as e:
    print(e.name)
try:
    b"\xff".decode()
except UnicodeDecodeError as e:
    print(e.encoding, e.object, e.start, e.end, e.reason)
try:
    compile("a b", "f.py", "exec")
except SyntaxError as e:
    print(e.msg, e.filename, e.lineno, e.offset, e.text, e.end_offset)

# expect: nothing_here_at_all None No module named 'nothing_here_at_all'
# expect: foo <class 'object'>
# expect: nope
# expect: utf-8 b'\xff' 0 1 invalid start byte
# expect: invalid syntax f.py 1 3 a b
# expect:  4
