// SPDX-License-Identifier: MIT
// What pyexpat and _elementtree share: how text and data get into a parser of libexpat, and what is said of its errors. No state; nothing here takes a lock.
#ifndef LADON_STDLIB_EXPAT_INPUT_H
#define LADON_STDLIB_EXPAT_INPUT_H

#define XML_DTD 1 // shows the limits on expansion in the header; the library has them since 2.4
#include <expat.h>

#include "core/object/buffer.h"
#include "core/object/str.h"

#define EXPAT_AT_LEAST(major, minor, micro) (XML_MAJOR_VERSION * 10000 + XML_MINOR_VERSION * 100 + XML_MICRO_VERSION >= (major) * 10000 + (minor) * 100 + (micro))

// Where a parser is, and an error code of the library.
typedef struct ExpatPlace { int code; unsigned long line, column; } ExpatPlace;
ALWAYS_INLINE ExpatPlace expat_place(XML_Parser p, int code) { return (ExpatPlace){code, XML_GetErrorLineNumber(p), XML_GetErrorColumnNumber(p)}; }
// "text: line 1, column 2" as a new str; text NULL: the library's own for the code.
Value expat_error_text(Thread *th, const ExpatPlace *p, const char *text);

// A str of the library's text, or None for NULL; new reference.
Value expat_text(Thread *th, const char *s);

// A str (or None, when allowed: *out NULL) as C text that lives while *hold and v do. 0 or -1.
int expat_text_arg(Thread *th, Value v, bool none_too, const char **out, Value *hold, const char *what);

// What is to be parsed: a str as UTF-8, or anything with a buffer.
typedef struct ExpatData {
    bool text;        // it was a str: the encoding is known
    const char *p;
    size_t n;
    Value hold;       // what keeps p alive: of a str
    Buffer buffer;    //                     of anything else
} ExpatData;
int expat_data_get(Thread *th, Value v, ExpatData *d);   // 0 or -1
void expat_data_release(Thread *th, ExpatData *d);

// Gives data to fn in pieces that the library's int lengths can tell, with a safepoint between them. fn: the library's status, or -1 with the exception set.
//   return fn's last result; -1 also when a safepoint raised
typedef int ExpatPieceFn(Thread *th, void *arg, const char *p, size_t n, bool final);
int expat_parse_pieces(Thread *th, const char *p, size_t n, bool final, ExpatPieceFn *fn, void *arg);

// Fills info for an encoding of one byte a character, as the codec of that name decodes all of them. The library's status; on an error the exception is set.
// Runs Python code.
int expat_map_encoding(Thread *th, const char *name, XML_Encoding *info);
#endif
