# Elements: making, attributes, children as a sequence, what is refused; copies, pickling, weak references.
import copy
import gc
import pickle
import warnings
import weakref
import xml.etree.ElementTree as ET
from xml.etree.ElementTree import Element, SubElement


def attempt(f, *args, **kw):
    try:
        r = f(*args, **kw)
        print([e.tag for e in r] if isinstance(r, list) else r)
    except Exception as e:
        print(type(e).__name__, e)


def assign(e, k, v):
    e[k] = v


def delete(e, k):
    del e[k]


def tags(e):
    return "".join(c.tag for c in e)


def made(names, cls=Element):
    e = cls("r")
    e.extend([cls(n) for n in names])
    return e


print(Element.__module__, Element.__qualname__, hasattr(Element, "__iter__"), hasattr(Element("a"), "__dict__"))
# expect: xml.etree.ElementTree Element False False
attempt(Element)  # expect: TypeError Element() takes at least 1 argument (0 given)
attempt(Element, 1, 2)  # expect: TypeError Element() argument 2 must be dict, not int
attempt(Element, "a", {}, 3)  # expect: TypeError Element() takes at most 2 arguments (3 given)
attempt(Element, "a", attrib=3)  # expect: TypeError attrib must be dict, not int
d = {"x": "1"}
e = Element("a", d, y="2")
print(e.attrib, e.attrib is d, d, Element("a", attrib=d, z="3").attrib, Element("a", {}, attrib="q").attrib)
# expect: {'x': '1', 'y': '2'} False {'x': '1'} {'x': '1', 'z': '3'} {'attrib': 'q'}
print(e.get("x"), e.get("q"), e.get("q", 5), e.get(key="y"), e.keys(), e.items(), Element("b").keys(), Element("b").attrib)
# expect: 1 None 5 2 ['x', 'y'] [('x', '1'), ('y', '2')] [] {}
for name in "tag", "text", "tail", "attrib":
    attempt(delattr, e, name)
# expect: AttributeError can't delete element attribute
# expect: AttributeError can't delete element attribute
# expect: AttributeError can't delete element attribute
# expect: AttributeError can't delete element attribute
attempt(setattr, e, "attrib", None)  # expect: TypeError attrib must be dict, not NoneType
print(repr(e)[:15], repr(Element(None))[:17])  # expect: <Element 'a' at <Element None at 
e.tag = e
attempt(repr, e)  # expect: RuntimeError reentrant call inside xml.etree.ElementTree.Element.__repr__
with warnings.catch_warnings(record=True) as w:
    warnings.simplefilter("always")
    print(bool(Element("a")), bool(made("x")), [str(x.message)[:30] for x in w])
# expect: False True ["Testing an element's truth val", "Testing an element's truth val"]

e = made("abcdef")
print(tags(e), len(e), tags(e[1:3]), tags(e[::-2]), e[-1].tag, type(e[:2]).__name__, tags(reversed(e)))
# expect: abcdef 6 bc fdb f list fedcba
del e[1:3]
print(tags(e))  # expect: adef
e[1:1] = [Element("x"), Element("y")]
print(tags(e))  # expect: axydef
del e[::2]
print(tags(e))  # expect: xdf
e[::-2] = (Element("1"), Element("2"))
print(tags(e))  # expect: 2d1
e[0], e[-1] = e[1], Element("z")
print(tags(e))  # expect: ddz
e.insert(-1, Element("i"))
e.remove(e[0])
print(tags(e))  # expect: diz
e.extend(e)
e[:] = (c for c in list(e)[1:])
print(tags(e))  # expect: izdiz
q = Element("q")
for f, *args in ((e.append, 3), (e.extend, 3), (e.extend, [3]), (e.insert, 0, 3), (e.insert, "x", q), (e.remove, 3), (e.remove, q), (e.__getitem__, 9),
                 (e.__getitem__, "x"), (e.__getitem__, -6), (assign, e, 9, q), (assign, e, 0, 3), (assign, e, slice(0, 1), 3), (assign, e, slice(0, 1), [3]),
                 (assign, e, "x", q), (delete, e, 9), (delete, e, "x"), (assign, e, slice(0, 4, 2), [q])):
    attempt(f, *args)
# expect: TypeError append() argument 1 must be xml.etree.ElementTree.Element, not int
# expect: TypeError 'elements' must be an iterable
# expect: TypeError expected an Element, not "int"
# expect: TypeError insert() argument 2 must be xml.etree.ElementTree.Element, not int
# expect: TypeError 'str' object cannot be interpreted as an integer
# expect: TypeError remove() argument must be xml.etree.ElementTree.Element, not int
# expect: ValueError Element.remove(x): element not found
# expect: IndexError child index out of range
# expect: TypeError element indices must be integers
# expect: IndexError child index out of range
# expect: IndexError child assignment index out of range
# expect: TypeError expected an Element, not "int"
# expect: TypeError assignment expects an iterable
# expect: TypeError expected an Element, not "int"
# expect: TypeError element indices must be integers
# expect: IndexError child assignment index out of range
# expect: TypeError element indices must be integers
# expect: ValueError attempt to assign sequence of size 1 to extended slice of size 2
s = SubElement(e, "sub", {"k": "v"}, w="u")
print(e[-1] is s, s.attrib)  # expect: True {'k': 'v', 'w': 'u'}
attempt(SubElement)  # expect: TypeError SubElement() takes at least 2 arguments (0 given)
attempt(SubElement, 3, "a")  # expect: TypeError SubElement() argument 1 must be xml.etree.ElementTree.Element, not int
e.text = e.tail = "t"
e.clear()
print(len(e), e.attrib, e.text, e.tail)  # expect: 0 {} None None

# Copies.
e = ET.fromstring("<a x='1'>t<b>u<c/></b>v</a>")
c, deep = copy.copy(e), copy.deepcopy(e)
print(c.attrib is e.attrib, c[0] is e[0], deep.attrib is e.attrib, deep[0] is e[0], ET.tostring(deep) == ET.tostring(e) == ET.tostring(c))
# expect: True True False False True
e.append(e[0])
deep = copy.deepcopy(e)
print(deep[0] is deep[1], len(deep))  # expect: True 2
for protocol in range(2, 6):
    p = pickle.loads(pickle.dumps(e, protocol))
    print(ET.tostring(p) == ET.tostring(e))
# expect: True
# expect: True
# expect: True
# expect: True
print(sorted(e.__getstate__()))  # expect: ['_children', 'attrib', 'tag', 'tail', 'text']
for state in (3, {}, {"tag": "a", "_children": 3}, {"tag": "a", "_children": [3]}, {"tag": "a", "x": 3}):
    attempt(Element("a").__setstate__, state)
# expect: TypeError Don't know how to unpickle "3" as an Element
# expect: TypeError tag may not be NULL
# expect: TypeError '_children' is not a list
# expect: TypeError expected an Element, not "int"
# expect: TypeError this function got an unexpected keyword argument 'x'

# Subclasses, cycles, weak references.


class Mine(Element):
    def __init__(self, tag, attrib={}, n=0):
        super().__init__(tag, attrib, n=str(n))
        self.more = n


m = Mine("m", n=3)
m.append(m)
print(m.more, m.get("n"), type(m.makeelement("x", {})).__name__, m[0] is m)  # expect: 3 3 Element True
r = weakref.ref(m)
del m
gc.collect()
print(r())  # expect: None


class Items(Element):
    def __getitem__(self, i):
        return [10, 20][i]


print(list(Items("i")))  # expect: [10, 20]
deep = Element("d")
for i in range(100000):
    outer = Element("d")
    outer.append(deep)
    deep = outer
del deep, outer
print("freed")  # expect: freed
