# TreeBuilder and XMLParser: factories, comments, instructions, events, targets, entities, errors.
import _elementtree
import io
import warnings
import xml.etree.ElementTree as ET


def attempt(f, *args, **kw):
    try:
        print(f(*args, **kw))
    except ET.ParseError as e:
        print("ParseError", e, getattr(e, "code", None), getattr(e, "position", None))
    except Exception as e:
        print(type(e).__name__, e)


def show(b):
    print(ET.tostring(b.close()).decode())


b = ET.TreeBuilder()
print(b.close())  # expect: None
attempt(b.end, "x")  # expect: IndexError pop from empty stack
b.data("dropped")
attempt(b.start, "a", None)  # expect: TypeError start() argument 2 must be dict, not None
b.start("a", {"k": "v"})
b.data("x")
b.comment("c")
b.data("y")
b.start("b", {})
b.end("not looked at")
b.data("z")
b.pi("p", "q")
b.data("!")
b.end("a")
show(b)  # expect: <a k="v">xy<b />z!</a>
attempt(b.start, "second", {})  # expect: ParseError multiple elements on top level None None
b = ET.TreeBuilder(insert_comments=True, insert_pis=True)
b.start("a", {})
b.data("x")
b.comment("c")
b.data("y")
b.pi("p", "q")
b.pi("r")
b.data("z")
b.end("a")
show(b)  # expect: <a>x<!--c-->y<?p q?><?r?>z</a>


class Node:
    text = tail = None

    def __init__(self, tag, attrib):
        self.tag, self.attrib, self.nodes = tag, attrib, []

    def append(self, node):
        self.nodes.append(node)

    def __repr__(self):
        return "%s%s(%s%s)%s" % (self.tag, self.attrib, self.text, self.nodes, self.tail)


p = ET.XMLParser(target=ET.TreeBuilder(Node))
p.feed("<a x='1'>t&amp;u<b/>v</a>")
print(p.close())  # expect: a{'x': '1'}(t&u[b{}(None[])v])None
attempt(ET.TreeBuilder, None, None)  # expect: TypeError TreeBuilder() takes at most 1 positional argument (2 given)
attempt(_elementtree._set_factories, 3, None)  # expect: TypeError Comment factory must be callable, not int
attempt(_elementtree._set_factories, None, 3)  # expect: TypeError PI factory must be callable, not int
old = _elementtree._set_factories(None, None)
print(ET.TreeBuilder().comment("text"), ET.TreeBuilder().pi("p", "q"), _elementtree._set_factories(*old), old == (ET.Comment, ET.PI))
# expect: text ('p', 'q') (None, None) True


class Target:
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *a: print(name, *a)


p = ET.XMLParser(target=Target())
p.entity["known"] = "something"
p.feed("<!DOCTYPE a PUBLIC 'p' 's'><a xmlns='u' xmlns:n='v'><n:b k='1' n:k='2'>text &known;</n:b><!--c--><?p q?></a>")
print(p.close())
# expect: doctype a p s
# expect: start_ns  u
# expect: start_ns n v
# expect: start {u}a {}
# expect: start {v}b {'k': '1', '{v}k': '2'}
# expect: data text 
# expect: data something
# expect: end {v}b
# expect: comment c
# expect: pi p q
# expect: end {u}a
# expect: end_ns n
# expect: end_ns 
# expect: close
# expect: None

for text in "<a>&x;</a>", "<a", "", "<a></b>", "<!DOCTYPE a SYSTEM 'x'><a>&x;</a>", "<a/><b/>", b"<?xml version='1.0' encoding='nonsense'?><a/>", "<a\udc80/>":
    attempt(ET.fromstring, text)
# expect: ParseError undefined entity: line 1, column 3 11 (1, 3)
# expect: ParseError unclosed token: line 1, column 0 5 (1, 0)
# expect: ParseError no element found: line 1, column 0 3 (1, 0)
# expect: ParseError mismatched tag: line 1, column 5 7 (1, 5)
# expect: ParseError undefined entity &x;: line 1, column 26 11 (1, 26)
# expect: ParseError junk after document element: line 1, column 4 9 (1, 4)
# expect: LookupError unknown encoding: nonsense
# expect: UnicodeEncodeError 'utf-8' codec can't encode character '\udc80' in position 2: surrogates not allowed
print(ET.fromstring(b"<?xml version='1.0' encoding='cp1252'?><\xe9 a='\x80'/>").items())  # expect: [('a', '€')]
p = ET.XMLParser(encoding="latin-1")
p.feed(b"<a>\xe9")
p.feed(b"</a>")
print(p.close().text)  # expect: é
attempt(p.close)  # expect: ParseError parsing finished: line 1, column 8 36 (1, 8)
attempt(p.feed, 3)  # expect: TypeError a bytes-like object is required, not 'int'
for f, arg in (("feed", "x"), ("close", None), ("flush", None), ("_setevents", []), ("_parse_whole", io.BytesIO())):
    p = ET.XMLParser.__new__(ET.XMLParser)
    attempt(getattr(p, f), *([] if arg is None else [arg]))
# expect: ValueError XMLParser.__init__() wasn't called
# expect: ValueError XMLParser.__init__() wasn't called
# expect: ValueError XMLParser.__init__() wasn't called
# expect: ValueError XMLParser.__init__() wasn't called
# expect: ValueError XMLParser.__init__() wasn't called
p = ET.XMLParser()
print(p.version[:6], p.entity, type(p.target).__name__)  # expect: Expat  {} TreeBuilder
attempt(setattr, p, "target", 3)  # expect: AttributeError readonly attribute
attempt(p._setevents, [], ["x"])  # expect: ValueError unknown event 'x'
attempt(p._setevents, [], [3])  # expect: ValueError invalid events sequence
attempt(p._setevents, 3)  # expect: AttributeError 'int' object has no attribute 'append'
attempt(ET.XMLParser(target=3)._setevents, [])  # expect: TypeError event handling only supported for ElementTree.TreeBuilder targets
attempt(ET.XMLParser, encoding=3)  # expect: TypeError XMLParser() argument 'encoding' must be str or None, not int


class Parts:
    def __init__(self, *parts):
        self.parts = list(parts)

    def read(self, n):
        return self.parts.pop(0)


print(ET.XMLParser()._parse_whole(Parts("<a>é", b"\xc3\xa9</a>", "")).text, ET.XMLParser()._parse_whole(Parts(b"<a/>", 3)).tag)  # expect: éé a

print(ET.parse(io.StringIO("<?xml version='1.0' encoding='latin-1'?><a>é</a>")).getroot().text)  # expect: é

doc = b"<!DOCTYPE a><!--before--><a xmlns:n='u'><b>t</b><?p q?><c/></a>"
for event, what in ET.iterparse(io.BytesIO(doc), ("start", "end", "start-ns", "end-ns", "comment", "pi")):
    print(event, what if what is None or type(what) is tuple else what.tag if isinstance(what.tag, str) else what.text)
# expect: comment before
# expect: start-ns ('n', 'u')
# expect: start a
# expect: start b
# expect: end b
# expect: pi p q
# expect: start c
# expect: end c
# expect: end a
# expect: end-ns None


class WithDoctype(ET.XMLParser):
    def doctype(self, *args):
        print("never called")


with warnings.catch_warnings(record=True) as w:
    warnings.simplefilter("always")
    p = WithDoctype()
    p.feed(doc)
    print([x.category.__name__ for x in w], p.close().tag)  # expect: ['RuntimeWarning'] a


# An error in a target ends the parse with it.
class Fails:
    def start(self, tag, attrib):
        raise ZeroDivisionError(tag)


attempt(ET.XMLParser(target=Fails()).feed, "<a><b/></a>")  # expect: ZeroDivisionError a
