# SPDX-License-Identifier: MIT
"""One tree that threads append to, iterate over, search, slice, clear, copy and pickle; nothing that was appended to a quiet element gets lost."""
import copy
import pickle
import xml.etree.ElementTree as ET
from _hammer import hammer

assert ET.Element.__module__ == "xml.etree.ElementTree" and type(ET.Element("a").iter()).__name__ == "_element_iterator"
root = ET.fromstring("<r>" + "<a k='1'>t<b>u</b>v</a>w" * 8 + "</r>")
quiet = ET.Element("quiet")
appended = []
shared = [root.iter()]
texts = [root.itertext()]
walks = [iter(root)]


def append(rng):
    e = ET.SubElement(root, rng.choice("abc"), {"k": str(rng.random())})
    e.text = str(rng.random())
    e.tail = rng.choice((None, "tail"))
    ET.SubElement(e, "b").text = "x"
    if len(root) > 60:
        del root[rng.randrange(10):50]
    n = rng.randrange(2, 5)
    more = [ET.Element("q") for i in range(n)]
    quiet.extend(more)
    appended.append(n)


def change(rng):
    k = rng.randrange(9)
    e = root[rng.randrange(len(root))]
    if k == 0:
        e.clear()
    elif k == 1:
        e.attrib = {"n": "1"}
    elif k == 2:
        e.set(str(rng.randrange(5)), "v")
    elif k == 3:
        e.tag, e.text, e.tail = "z", str(rng.random()), str(rng.random())
    elif k == 4:
        root.remove(e)
    elif k == 5:
        root[rng.randrange(len(root)):rng.randrange(20):2] = []
    elif k == 6:
        root.insert(rng.randrange(-5, 5), ET.Element("i"))
    elif k == 7:
        root[0] = e
    else:
        root[:] = root[:20]


def look(rng):
    k = rng.randrange(9)
    if k == 0:
        ET.tostring(root)
    elif k == 1:
        for e in root.iter("b"):
            e.text, e.tail, e.tag, e.get("k"), e.keys(), e.items(), len(e), repr(e)
    elif k == 2:
        "".join(root.itertext())
    elif k == 3:
        root.find("a"), root.findall("b"), root.findtext("c"), list(root.iterfind("a/b")), root.find(".//q")
    elif k == 4:
        len(copy.copy(root)), len(copy.deepcopy(root))
    elif k == 5:
        len(pickle.loads(pickle.dumps(root)))
    elif k == 6:
        for e in root:
            e.attrib.get("k")
    elif k == 7:
        list(root), root[-1], root[1:9:3]
    else:
        ET.fromstring(ET.tostring(root))


def share(rng):
    for box, fresh in ((shared, root.iter), (texts, root.itertext), (walks, lambda: iter(root))):
        for i in range(20):
            if next(box[0], None) is None:
                box[0] = fresh()


def build(rng):
    b = builders[0]
    k = rng.randrange(5)
    if k < 2:
        b.start("x", {})
        b.data("text")
        b.data("more")
        b.end("x")
    elif k == 2:
        b.comment("c")
    elif k == 3:
        b.close()
    else:
        builders[0] = fresh_builder()


def fresh_builder():
    b = ET.TreeBuilder(insert_comments=True)
    b.start("root", {})
    return b


def feed(rng):
    p = parsers[0]
    if rng.randrange(4) == 0:
        parsers[0] = ET.XMLParser()
        parsers[0].feed("<r>")
    else:
        p.feed("<a k='v'>text &amp; <b/></a>")
        p.entity, p.target, p.version


builders, parsers = [fresh_builder()], [ET.XMLParser()]
hammer(append, append, change, look, look, share, share, turns=300,
       allowed=(IndexError, KeyError, ValueError, RuntimeError, TypeError, ET.ParseError))  # KeyError: tostring, of tags that came meanwhile
if len(quiet) != sum(appended):
    raise SystemExit("lost: %d of %d" % (sum(appended) - len(quiet), sum(appended)))
hammer(build, build, build, feed, feed, turns=600, allowed=(IndexError, RuntimeError, ET.ParseError))
print("ok")
# expect: ok
