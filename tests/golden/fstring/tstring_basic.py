name = "World"
t = t"Hello {name!r:>10} and {1 + 1}"
print(type(t).__name__, t.strings, t.values)
for i in t.interpolations:
    print(i.value, i.expression, i.conversion, i.format_spec)
print([x if isinstance(x, str) else x.value for x in t], len((t + t"x{name}").interpolations))

# expect: Template ('Hello ', ' and ', '') ('World', 2)
# expect: World name r >10
# expect: 2 1 + 1 None
# expect: ['Hello ', 'World', ' and ', 2] 3
