{} + []

# expect-error: TypeError: unsupported operand type(s) for +: 'dict' and 'list'
