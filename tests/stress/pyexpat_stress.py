# SPDX-License-Identifier: MIT
"""A parser that one thread feeds while others read its position, replace its handlers, change its buffer and parse its external entities."""
import pyexpat
import xml.etree.ElementTree as ET
from _hammer import hammer

document = b'<!DOCTYPE a [<!ENTITY e SYSTEM "x">]><a>' + b"<b c='1'>text &e; more</b>" * 40 + b"</a>"


def external(context, base, system, public):
    child = box[0].ExternalEntityParserCreate(context)
    child.Parse(b"<i>t</i>", True)
    return 1


def fresh():
    p = pyexpat.ParserCreate()
    p.StartElementHandler = lambda *a: None
    p.CharacterDataHandler = len
    p.ExternalEntityRefHandler = external
    return p


box = [fresh()]


def feed(rng):
    p = box[0]
    try:
        p.Parse(document, True)
    finally:
        box[0] = fresh()


def change(rng):
    p = box[0]
    k = rng.randrange(6)
    if k == 0:
        p.StartElementHandler = rng.choice((None, lambda *a: [a]))
    elif k == 1:
        p.CharacterDataHandler = rng.choice((None, len))
    elif k == 2:
        p.buffer_text = not p.buffer_text
    elif k == 3:
        p.buffer_size = rng.randrange(1, 2000)
    elif k == 4:
        p.ordered_attributes = not p.ordered_attributes
    else:
        p.EndElementHandler = rng.choice((None, len))


def look(rng):
    p = box[0]
    p.CurrentLineNumber, p.CurrentColumnNumber, p.CurrentByteIndex, p.ErrorCode
    p.GetInputContext(), p.buffer_used, p.buffer_size, p.intern, p.StartElementHandler
    if rng.randrange(4) == 0:
        p.ExternalEntityParserCreate("x").SetBase("y")


def tree(rng):
    if len(ET.fromstring("<a>" + "<b>t</b>" * 50 + "</a>")) != 50:
        raise AssertionError("wrong tree")


hammer(feed, feed, change, look, tree, turns=150, allowed=(pyexpat.ExpatError, RuntimeError))
print("ok")
# expect: ok
