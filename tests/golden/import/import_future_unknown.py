from __future__ import nonsense

# expect-error: SyntaxError: future feature nonsense is not defined
