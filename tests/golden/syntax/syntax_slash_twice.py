def f(a, /, b, /): pass

# expect-stderr:     def f(a, /, b, /): pass
# expect-stderr:                    ^
# expect-error: SyntaxError: / may appear only once
