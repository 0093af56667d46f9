# A name behind `as` is no mistake where the statement ends there; the mistake further on is reported.
for source in ("import a as b; None = 1", "from a import b, c as d; e = 1; None = 1", "import a as b.c", "import a as b c"):
    try:
        compile(source, "x", "exec")
    except SyntaxError as e:
        print(e.msg, e.offset)
# expect: cannot assign to None 16
# expect: cannot assign to None 33
# expect: cannot use attribute as import target 13
# expect: cannot use name as import target 13
