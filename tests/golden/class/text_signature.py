# SPDX-License-Identifier: MIT
# __text_signature__ of types: of built-in ones, and of classes whose docstring begins with it.
import inspect
import io


class C:
    """C(a, b=1)
--

    What it does.
    """


class D:
    """C(a)\n--\n\nof another"""


class E:
    """E() without the line"""


print(C.__text_signature__, D.__text_signature__, E.__text_signature__, object.__text_signature__, type(None).__text_signature__)
print(io.BytesIO.__text_signature__, io.BufferedReader.__text_signature__, memoryview.__text_signature__, type.__text_signature__)
print(inspect.signature(object), inspect.signature(E), inspect.signature(io.BytesIO))

# expect: (a, b=1) None None () ()
# expect: (initial_bytes=b'') (raw, buffer_size=DEFAULT_BUFFER_SIZE) (object) None
# expect: () () (initial_bytes=b'')
