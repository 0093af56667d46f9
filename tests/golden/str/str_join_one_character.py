print(repr("\n".join(["", ""])), repr("".join(["", "x"])), repr("-".join([""])))  # expect: '\n' 'x' ''
