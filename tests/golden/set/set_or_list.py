{1} | [2]

# expect-error: TypeError: unsupported operand type(s) for |: 'set' and 'list'
