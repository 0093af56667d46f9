improt os

# expect-stderr:     improt os
# expect-stderr:     ^^^^^^
# expect-error: SyntaxError: invalid syntax. Did you mean 'import'?
