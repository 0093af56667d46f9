def f[T, T](): pass

# expect-stderr:     def f[T, T](): pass
# expect-stderr:              ^
# expect-error: SyntaxError: duplicate type parameter 'T'
