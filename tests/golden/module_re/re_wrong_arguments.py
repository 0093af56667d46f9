# SPDX-License-Identifier: MIT
import re, _sre
def show(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)
s, b = re.compile("a"), re.compile(b"a")
show(lambda: s.match(b"a"))        # expect: TypeError: cannot use a string pattern on a bytes-like object
show(lambda: b.match("a"))         # expect: TypeError: cannot use a bytes pattern on a string-like object
show(lambda: s.match(5))           # expect: TypeError: expected string or bytes-like object, got 'int'
show(lambda: s.match())            # expect: TypeError: match() missing required argument 'string' (pos 1)
show(lambda: s.match("a", "b"))    # expect: TypeError: 'str' object cannot be interpreted as an integer
show(lambda: s.match("a", 2 ** 80))  # expect: OverflowError: Python int too large to convert to C ssize_t
show(lambda: s.sub(lambda m: 5, "aaa"))  # expect: TypeError: sequence item 0: expected str instance, int found
show(lambda: s.sub(b"x", "ba"))    # expect: TypeError: sequence item 1: expected str instance, bytes found
show(lambda: b.sub("x", b"ba"))    # expect: TypeError: sequence item 1: expected a bytes-like object, str found
show(lambda: re.Pattern())         # expect: TypeError: cannot create 're.Pattern' instances
show(lambda: _sre.compile("a", 0, [1, 2], 0, {}, (None,)))   # expect: RuntimeError: invalid SRE code
show(lambda: _sre.compile("a", 0, [], 0, {}, (None,)))       # expect: RuntimeError: invalid SRE code
show(lambda: _sre.compile("a", 0, ["x"], 0, {}, (None,)))    # expect: TypeError: an integer is required
show(lambda: _sre.compile("a", 0, [-1], 0, {}, (None,)))     # expect: OverflowError: can't convert negative value to unsigned int
show(lambda: _sre.compile("a", 0, [2 ** 40], 0, {}, (None,)))  # expect: OverflowError: regular expression code size limit exceeded
show(lambda: _sre.compile("a", 0, (1,), 0, {}, (None,)))     # expect: TypeError: compile() argument 'code' must be list, not tuple
show(lambda: _sre.template(s, ["x", 1]))                     # expect: TypeError: invalid template
