# SPDX-License-Identifier: MIT
"""The module _multibytecodec and getcodec() of the codec modules."""
import _codecs_jp
import _multibytecodec as m


def attempt(what):
    try:
        return what()
    except Exception as error:
        return type(error).__name__ + ": " + str(error)


c = _codecs_jp.getcodec("cp932")
print(type(c), c.encode("a\u3042"), c.encode(3), c.decode(bytearray(b"a\x82\xa0")) == ("a\u3042", 3), c.encode("\u1234", errors="ignore"))
for what in (lambda: _codecs_jp.getcodec(3), lambda: _codecs_jp.getcodec("x"), lambda: m.__create_codec(3), type(c), c.encode, lambda: c.encode("a", 3),
             lambda: c.decode("a"), lambda: c.encode("\u1234", "nosuch"), m.MultibyteIncrementalEncoder, lambda: m.MultibyteStreamReader(None),
             m.MultibyteStreamWriter, lambda: type("X", (m.MultibyteIncrementalDecoder,), {"codec": 3})()):
    print(attempt(what))
# expect: <class '_multibytecodec.MultibyteCodec'> (b'a\x82\xa0', 2) (b'3', 1) True (b'', 1)
# expect: TypeError: encoding name must be a string.
# expect: LookupError: no such codec is supported.
# expect: ValueError: argument type invalid
# expect: TypeError: cannot create '_multibytecodec.MultibyteCodec' instances
# expect: TypeError: encode() missing required argument 'input' (pos 1)
# expect: TypeError: encode() argument 'errors' must be str or None, not int
# expect: TypeError: a bytes-like object is required, not 'str'
# expect: LookupError: unknown error handler name 'nosuch'
# expect: AttributeError: type object '_multibytecodec.MultibyteIncrementalEncoder' has no attribute 'codec'
# expect: AttributeError: type object '_multibytecodec.MultibyteStreamReader' has no attribute 'codec'
# expect: TypeError: StreamWriter() missing required argument 'stream' (pos 1)
# expect: TypeError: codec is unexpected type
