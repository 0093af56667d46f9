# find, findall, findtext, iterfind, iter, itertext; changes during a walk.
import copy
import pickle
import xml.etree.ElementTree as ET

e = ET.fromstring("<r><a>1<b>2</b>3</a>4<c/><a k='v'>5</a><!-- no --><n:d xmlns:n='u'>6</n:d></r>")
print(e.find("a").text, e.find("x"), e.find("a/b").text, e.find("{u}d").text, e.find("n:d", {"n": "u"}).text, e.find("{*}d").text, e.find("*").tag)
# expect: 1 None 2 6 6 6 a
print(len(e.findall("a")), len(e.findall(".//*")), e.findall("q"), [x.tag for x in e.iterfind("a")], len(e.findall("a[@k='v']")), len(e.findall(".")))
# expect: 2 5 [] ['a', 'a'] 1 1
print(repr(e.findtext("c")), e.findtext("q"), e.findtext("q", 7), e.findtext("a/b"), e.findtext("a/q", "none"), e.findtext(path="a", namespaces=None))
# expect: '' None 7 2 none 1
print([x.tag for x in e.iter()], [x.tag for x in e.iter("a")], len(list(e.iter("*"))), list(e.iter(3)), [x.tag for x in e.iter(tag=None)])
# expect: ['r', 'a', 'b', 'c', 'a', '{u}d'] ['a', 'a'] 6 [] ['r', 'a', 'b', 'c', 'a', '{u}d']
print(list(e.itertext()), list(ET.Element("a").itertext()))  # expect: ['1', '2', '3', '4', '5', '6'] []
x = ET.Element("x")
x.append(ET.Comment("no"))
x[0].tail = "yes"
x.append(ET.PI("no", "no"))
x.tail = "behind"
print(list(x.itertext()), [c.tag is ET.Comment for c in x.iter()])  # expect: ['yes'] [False, True, False]
it = iter(e)
print(it.__length_hint__(), next(it).tag, it.__length_hint__(), [c.tag for c in it], list(it))
# expect: 4 a 3 ['c', 'a', '{u}d'] []
try:
    type(e.iter())()
except TypeError as error:
    print(error)  # expect: cannot create '_elementtree._element_iterator' instances

# Removing what is walked over.
e = ET.Element("r")
for i in range(6):
    ET.SubElement(e, str(i))
seen = []
for c in e.iter():
    seen.append(c.tag)
    if c.tag in "24":
        e.remove(c)
print(seen, len(e))  # expect: ['r', '0', '1', '2', '4'] 4


class Tag(str):
    def __eq__(self, other):
        e.clear()
        return str.__eq__(self, other)

    __hash__ = str.__hash__


e = ET.fromstring("<r><a/><b/></r>")
print(e.find(Tag("b")), len(e), [x.tag for x in e.iter(Tag("r"))])  # expect: None 0 ['r']


class Same(ET.Element):
    def __eq__(self, other):
        return self.tag == other.tag


e = ET.Element("r")
e.extend([ET.Element("a"), Same("b"), Same("c")])
e.remove(Same("c"))
print([x.tag for x in e])  # expect: ['a', 'b']
