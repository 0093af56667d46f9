// SPDX-License-Identifier: MIT
// What the files of pyexpat share: the parser object, and the list of its handlers.
#ifndef LADON_STDLIB_PYEXPAT_INT_H
#define LADON_STDLIB_PYEXPAT_INT_H

#include "core/object/abstract.h"
#include "core/object/bytes.h"
#include "core/object/call.h"
#include "core/object/dict.h"
#include "core/object/int.h"
#include "core/object/list.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "sched/thread/lock.h"
#include "stdlib/expat_input.h"

// Each handler: its name here, the attribute, which is also the name in the library's XML_Set... function.
#define XML_HANDLERS(H)                                                                                                          \
    H(StartElement, StartElementHandler) H(EndElement, EndElementHandler) H(ProcessingInstruction, ProcessingInstructionHandler) \
    H(CharacterData, CharacterDataHandler) H(UnparsedEntityDecl, UnparsedEntityDeclHandler) H(NotationDecl, NotationDeclHandler) \
    H(StartNamespaceDecl, StartNamespaceDeclHandler) H(EndNamespaceDecl, EndNamespaceDeclHandler) H(Comment, CommentHandler)     \
    H(StartCdataSection, StartCdataSectionHandler) H(EndCdataSection, EndCdataSectionHandler) H(Default, DefaultHandler)         \
    H(DefaultExpand, DefaultHandlerExpand) H(NotStandalone, NotStandaloneHandler) H(ExternalEntityRef, ExternalEntityRefHandler) \
    H(StartDoctypeDecl, StartDoctypeDeclHandler) H(EndDoctypeDecl, EndDoctypeDeclHandler) H(EntityDecl, EntityDeclHandler)       \
    H(XmlDecl, XmlDeclHandler) H(ElementDecl, ElementDeclHandler) H(AttlistDecl, AttlistDeclHandler)                             \
    H(SkippedEntity, SkippedEntityHandler)
enum {
#define H(name, attribute) XML_##name,
    XML_HANDLERS(H)
#undef H
    XML_HANDLER_COUNT
};

// The lock that a parser and the parsers of its external entities share, because their states are connected. Held while the library works, and released
// around everything that may run Python code: each callback of the library starts by releasing it and ends by taking it again.
typedef struct XmlFamily { ObjLock lock; uint32_t refs; } XmlFamily; // lock [a]; refs [a]: one per parser

typedef struct Xml {
    Object     head;
    XmlFamily *family;    // [c]
    XML_Parser parser;    // [l] the library's
    Value      parent;    // [c] of a parser for an external entity; NO_VALUE: a root
    Value      intern;    // [c] dict, or NO_VALUE: names are not shared
    Value      handlers[XML_HANDLER_COUNT]; // [l] NO_VALUE: none
    char      *text;      // [l] character data held back: buffer_size bytes; NULL: buffer_text is off
    int        text_size, text_used;        // [l]
    uint32_t   callbacks; // [l] handlers now running
    bool       parsing;   // [l] the library is in a parse of this parser, or in a handler of one
    bool       ordered, specified, triplets; // [l] ordered_attributes, specified_attributes, namespace_prefixes
    bool       deferral;  // [l] of expat 2.6 on: reparse deferral
} Xml;
#define XML(v) AS(Xml, v)

ALWAYS_INLINE void xml_lock(Thread *th, Xml *x) { obj_lock(th, &x->family->lock); }
ALWAYS_INLINE void xml_unlock(Thread *th, Xml *x) { obj_unlock(th, &x->family->lock); }

// Sets one handler (borrowed; NO_VALUE: none) in object and library. Without the lock. 0, or -1: what text held back was given to the old handler raised.
int xml_set_handler(Thread *th, Xml *x, int which, Value v);
// Gives text held back to its handler. Without the lock. 0 or -1.
int xml_flush_text(Thread *th, Xml *x);
// A new parser's connection to these callbacks. Before others see it.
void xml_connect(Xml *x);
#endif
