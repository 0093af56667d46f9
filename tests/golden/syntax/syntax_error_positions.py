for src in ("x = = 1", "f(1 2)", "if x\n  pass", "a b", "x = 'abc", "(1", "def f(:", "1 = x", "for x in", "import", "lambda", "[1, 2", "x = 1 +", "@", "class", "return", "f(**)", "a = 5 5", "print 1", "x = {1: 2, 3}", "with a b: pass"):
    try:
        compile(src, "s", "exec")
    except SyntaxError as e:
        print(repr(src), type(e).__name__, e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset)

# expect: 'x = = 1' SyntaxError invalid syntax 1 5 1 6
# expect: 'f(1 2)' SyntaxError invalid syntax. Perhaps you forgot a comma? 1 3 1 6
# expect: 'if x\n  pass' SyntaxError expected ':' 1 5 1 6
# expect: 'a b' SyntaxError invalid syntax 1 3 1 4
# expect: "x = 'abc" SyntaxError unterminated string literal (detected at line 1) 1 5 1 5
# expect: '(1' SyntaxError '(' was never closed 1 1 1 0
# expect: 'def f(:' SyntaxError invalid syntax 1 7 1 8
# expect: '1 = x' SyntaxError cannot assign to literal here. Maybe you meant '==' instead of '='? 1 1 1 2
# expect: 'for x in' SyntaxError invalid syntax 1 9 1 10
# expect: 'import' SyntaxError Expected one or more names after 'import' 1 7 1 7
# expect: 'lambda' SyntaxError invalid syntax 1 7 1 8
# expect: '[1, 2' SyntaxError '[' was never closed 1 1 1 0
# expect: 'x = 1 +' SyntaxError invalid syntax 1 8 1 9
# expect: '@' SyntaxError invalid syntax 1 2 1 3
# expect: 'class' SyntaxError invalid syntax 1 6 1 7
# expect: 'return' SyntaxError 'return' outside function 1 1 1 7
# expect: 'f(**)' SyntaxError invalid syntax 1 5 1 6
# expect: 'a = 5 5' SyntaxError invalid syntax 1 7 1 8
# expect: 'print 1' SyntaxError Missing parentheses in call to 'print'. Did you mean print(...)? 1 1 1 8
# expect: 'x = {1: 2, 3}' SyntaxError ':' expected after dictionary key 1 12 1 0
# expect: 'with a b: pass' SyntaxError invalid syntax 1 8 1 9
