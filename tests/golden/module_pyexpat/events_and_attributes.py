# SPDX-License-Identifier: MIT
import io
import pyexpat
from xml.parsers import expat
from xml.dom import minidom
import xml.etree.ElementTree as ET


def parse(data, separator=None, show=(), **attributes):
    p = expat.ParserCreate(None, separator)
    for name in show:
        setattr(p, name + "Handler", lambda *a, name=name: print(name, *a))
    for name, value in attributes.items():
        setattr(p, name, value)
    return p.Parse(data, True)


doc = b'<!DOCTYPE a [<!ELEMENT a (b?,(c|d)*,e+)><!ENTITY e "val"><!ENTITY u SYSTEM "x" NDATA n><!ATTLIST a b (x|y) "x">]><a>1&e;2<!--c--><?t d?></a>'
print(parse(doc, show=("ElementDecl", "EntityDecl", "AttlistDecl", "StartDoctypeDecl", "EndDoctypeDecl", "StartElement", "CharacterData", "Comment", "ProcessingInstruction"),
            buffer_text=True))
# expect: StartDoctypeDecl a None None 1
# expect: ElementDecl a (6, 0, None, ((4, 1, 'b', ()), (5, 2, None, ((4, 0, 'c', ()), (4, 0, 'd', ()))), (4, 3, 'e', ())))
# expect: EntityDecl e 0 val None None None None
# expect: EntityDecl u 0 None None x None n
# expect: AttlistDecl a b (x|y) x 0
# expect: EndDoctypeDecl
# expect: StartElement a {'b': 'x'}
# expect: CharacterData 1val2
# expect: Comment c
# expect: ProcessingInstruction t d
# expect: 1
parse('<a b="é" c="2"/>', show=("StartElement",), ordered_attributes=True)  # expect: StartElement a ['b', 'é', 'c', '2']
parse(b'<a xmlns="u" xmlns:p="v"><p:b p:c="1"/></a>', " ", ("StartElement", "StartNamespaceDecl", "EndNamespaceDecl"), namespace_prefixes=1)
# expect: StartNamespaceDecl None u
# expect: StartNamespaceDecl p v
# expect: StartElement u a {}
# expect: StartElement v b p {'v c p': '1'}
# expect: EndNamespaceDecl p
# expect: EndNamespaceDecl None
parse('<?xml version="1.0" encoding="cp1252"?><a>\u20ac</a>'.encode("cp1252"), show=("XmlDecl", "CharacterData"))
# expect: XmlDecl 1.0 cp1252 -1
# expect: CharacterData €

p = expat.ParserCreate()
p.DefaultHandler = lambda d: print(p.GetInputContext(), d, p.CurrentByteIndex, p.CurrentLineNumber, p.CurrentColumnNumber)
print(p.ParseFile(io.BytesIO(b"<a>\nx</a>")))
# expect: b'<a>\nx</a>' <a> 0 1 0
# expect: b'\nx</a>' 
# expect:  3 1 3
# expect: b'x</a>' x 4 2 0
# expect: b'</a>' </a> 5 2 1
# expect: 1
print(p.intern, p.buffer_size, p.buffer_used, p.GetBase(), p.SetBase("b"), p.GetBase(), p.ErrorCode)  # expect: {} 8192 0 None None b 0


def external(context, base, system, public):
    q = p.ExternalEntityParserCreate(context)
    q.Parse(b"<inner>%s</inner>" % system.encode(), True)
    return 1


p = expat.ParserCreate()
p.ExternalEntityRefHandler = external
p.StartElementHandler = lambda name, attributes: print("start", name)
p.CharacterDataHandler = print
p.Parse(b'<!DOCTYPE a [<!ENTITY e SYSTEM "sys">]><a>&e;</a>', True)
# expect: start a
# expect: start inner
# expect: sys
print(minidom.parseString(doc).documentElement.toxml())  # expect: <a>1val2<!--c--><?t d?></a>
print(ET.tostring(ET.fromstring("<a><b c='1'>t</b>u</a>")), pyexpat.errors.codes["syntax error"], pyexpat.model.XML_CTYPE_SEQ, expat.errors.messages[3])
# expect: b'<a><b c="1">t</b>u</a>' 2 6 no element found
