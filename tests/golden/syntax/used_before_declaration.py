# What a declaration says about a name that was used before it, and where an empty \N{} ends.
for source in ("def f():\n x = 3\n x.z\n global x", "def f():\n x = 3\n x.z\n nonlocal x", "def f():\n x: int = 5\n x\n global x", "def f():\n x: int\n global x",
               "def f():\n x = 1\n global x", "def f():\n x\n global x", "def f(x):\n x\n global x", "def f():\n import x\n global x",
               "'ab\\N{}cd'", "'\\N{'", "'\\N'"):
    try:
        compile(source, "f", "exec")
        print("compiles")
    except SyntaxError as e:
        print(e.msg)
# expect: name 'x' is used prior to global declaration
# expect: name 'x' is used prior to nonlocal declaration
# expect: name 'x' is used prior to global declaration
# expect: annotated name 'x' can't be global
# expect: name 'x' is assigned to before global declaration
# expect: name 'x' is used prior to global declaration
# expect: name 'x' is parameter and global
# expect: compiles
# expect: (unicode error) 'unicodeescape' codec can't decode bytes in position 2-4: malformed \N character escape
# expect: (unicode error) 'unicodeescape' codec can't decode bytes in position 0-2: malformed \N character escape
# expect: (unicode error) 'unicodeescape' codec can't decode bytes in position 0-1: malformed \N character escape
