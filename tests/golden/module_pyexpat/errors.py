# SPDX-License-Identifier: MIT
import copy
import io
from pyexpat import *


def error(f, *args):
    try:
        print("->", f(*args))
    except ExpatError as e:
        print("ExpatError:", e, e.code, e.offset, e.lineno)
    except Exception as e:
        print("%s: %s" % (type(e).__name__, e))


def make(**handlers):
    p = ParserCreate()
    for name, handler in handlers.items():
        setattr(p, name, handler)
    return p


error(ParserCreate, 5)  # expect: TypeError: ParserCreate() argument 'encoding' must be str or None, not int
error(ParserCreate, None, "ab")  # expect: ValueError: namespace_separator must be at most one character, omitted, or None
error(ParserCreate, "a\0b")  # expect: ValueError: embedded null character
error(ParserCreate, None, None, 5)  # expect: TypeError: intern must be a dictionary
error(ParserCreate("nonsense").Parse, b"<a/>")  # expect: LookupError: unknown encoding: nonsense
error(ParserCreate().Parse, b'<?xml version="1.0" encoding="utf-7"?><a/>')  # expect: ValueError: multi-byte encodings are not supported
error(ParserCreate().Parse, 5)  # expect: TypeError: a bytes-like object is required, not 'int'
error(ParserCreate().Parse, "<a>", True)  # expect: ExpatError: no element found: line 1, column 3 3 3 1
error(ParserCreate().Parse, b"<a>\n</b>")  # expect: ExpatError: mismatched tag: line 2, column 2 7 2 2
error(ParserCreate().ParseFile, 5)  # expect: TypeError: argument must have 'read' attribute
error(ParserCreate().ParseFile, io.StringIO("<a/>"))  # expect: TypeError: read() did not return a bytes object (type=str)


class TooMuch:
    def read(self, n):
        return b"x" * 5000


error(ParserCreate().ParseFile, TooMuch())  # expect: ValueError: read() returned too much data: 2048 bytes requested, 5000 returned
p = make(StartElementHandler=lambda *a: 1 / 0, EndElementHandler=print)
error(p.Parse, b"<a>")  # expect: ZeroDivisionError: division by zero
print(p.StartElementHandler, p.EndElementHandler)  # expect: None None
error(p.Parse, b"</a>", True)  # expect: ExpatError: parsing finished: line 1, column 3 36 3 1
error(make(NotStandaloneHandler=lambda: 0).Parse, b'<!DOCTYPE a SYSTEM "x"><a/>', True)  # expect: ExpatError: document is not standalone: line 1, column 19 22 19 1
error(make(ExternalEntityRefHandler=lambda *a: None).Parse, b'<!DOCTYPE a [<!ENTITY e SYSTEM "x">]><a>&e;</a>', True)
# expect: TypeError: 'NoneType' object cannot be interpreted as an integer
p = ParserCreate()
for name, value in (("buffer_size", "a"), ("buffer_size", 0), ("buffer_size", 2**31), ("intern", 1), ("CurrentLineNumber", 1)):
    error(setattr, p, name, value)
# expect: TypeError: buffer_size must be an integer
# expect: ValueError: buffer_size must be greater than zero
# expect: ValueError: buffer_size must not be greater than 2147483647
# expect: AttributeError: readonly attribute
# expect: AttributeError: attribute 'CurrentLineNumber' of 'pyexpat.xmlparser' objects is not writable
error(delattr, p, "StartElementHandler")  # expect: RuntimeError: Cannot delete attribute
error(p.SetBase, 5)  # expect: TypeError: SetBase() argument must be str, not int
error(p.ExternalEntityParserCreate, "", None)  # expect: TypeError: ExternalEntityParserCreate() argument 2 must be str, not None
error(p.SetBillionLaughsAttackProtectionMaximumAmplification, 0.5)  # expect: ExpatError: 'max_factor' must be at least 1.0 41 0 1
error(p.ExternalEntityParserCreate(None).SetBillionLaughsAttackProtectionActivationThreshold, 5)  # expect: ExpatError: parser must be a root parser 41 0 1
error(XMLParserType)  # expect: TypeError: cannot create 'pyexpat.xmlparser' instances
error(copy.copy, p)  # expect: TypeError: cannot pickle 'pyexpat.xmlparser' object
print(ErrorString(4), ErrorString(0), ErrorString(9999))  # expect: not well-formed (invalid token) None None
