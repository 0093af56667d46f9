def f[T = int, S](): pass

# expect-stderr:     def f[T = int, S](): pass
# expect-stderr:                    ^
# expect-error: SyntaxError: non-default type parameter 'S' follows default type parameter
