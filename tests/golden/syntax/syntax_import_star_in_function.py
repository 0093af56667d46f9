def f():
    from os import *

# expect-stderr:     from os import *
# expect-stderr:                    ^
# expect-error: SyntaxError: import * only allowed at module level
