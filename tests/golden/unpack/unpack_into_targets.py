class O: pass
o = O()
xs = [0, 0]
o.a, xs[1], (d := {})["k"] if False else o.b = 1, 2, 3

# expect-error: SyntaxError: cannot assign to conditional expression
