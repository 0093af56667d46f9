# coding: nonsense
x = 1

# expect-error: SyntaxError: unknown encoding: nonsense
