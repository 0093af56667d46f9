// SPDX-License-Identifier: MIT
// The Python face of the engine, shared by its files: Pattern, Match, Scanner and Template objects and the text they look at.
// Every field of these objects is constant once the object is published, but for a Scanner's, which its busy flag guards.
#ifndef LADON_SRE__SRE_INT_H
#define LADON_SRE__SRE_INT_H

#include "core/object/abstract.h"
#include "core/object/buffer.h"
#include "core/object/bytes.h"
#include "core/object/call.h"
#include "core/object/dict.h"
#include "core/object/int.h"
#include "core/object/iter.h"
#include "core/object/list.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "stdlib/_sre/sre.h"

enum { SRE_FLAG_LOCALE = 4, SRE_FLAG_UNICODE = 32, SRE_FLAG_ASCII = 256 };

typedef struct Pattern {
    Object head;
    Value pattern;        // str, bytes-like or None
    Value groupindex;     // Dict: name -> number
    Value indexgroup;     // Tuple: number -> name or None
    SreProgram *program;
    uint32_t *code;       // the code list, for equality and hash
    size_t code_len;
    int32_t flags;
    int32_t is_bytes;     // 1 bytes, 0 str, -1 either
    int64_t groups;
} Pattern;

typedef struct Match {
    Object head;
    Value string;         // as given
    Value pattern;        // Pattern
    int64_t pos, endpos;
    uint32_t groups;      // 1 + capturing groups
    uint32_t last_index;  // 0: none
    intptr_t marks[];     // start and end of each group, -1: took no part
} Match;

typedef struct TemplateItem { intptr_t group; Value literal /* NO_VALUE: empty */; } TemplateItem;
typedef struct Template {
    Object head;
    Value literal;        // what comes first
    size_t count;
    TemplateItem items[];
} Template;

// The text an operation works on.
typedef struct Subject {
    Value string;         // borrowed: the caller's argument
    const void *data;
    size_t len;
    uint32_t width;
    bool is_bytes, has_buffer;
    Buffer buffer;
} Subject;

extern Type type_sre_pattern, type_sre_match, type_sre_scanner, type_sre_iterator, type_sre_template;
extern Shape shape_sre_pattern, shape_sre_match, shape_sre_scanner, shape_sre_iterator, shape_sre_template;

// Looks at a str or bytes-like object; TypeError "expected string or bytes-like object, got 'T'". 0 or -1.
int subject_get(Thread *th, Value string, Subject *s);
// The same for an operation of this pattern: text and pattern must be of one kind.
int subject_get_for(Thread *th, const Pattern *p, Value string, Subject *s);
void subject_release(Thread *th, Subject *s);
// Part of the text as str or bytes; new reference.
Value subject_slice(Thread *th, const Subject *s, size_t start, size_t end);

// Prepares a run over subject[..end]; polls for safepoints. 0, or -1 with MemoryError.
int run_init(Thread *th, SreState *st, const Pattern *p, const Subject *s, size_t end);
// Turns an engine's error into an exception. Always returns -1.
int run_error(Thread *th, int result);
// Search from pos: 1, 0, or -1 with an exception.
static inline int run_search(Thread *th, SreState *st, size_t pos) {
    int r = sre_search(st, pos);
    return LIKELY(r >= 0) ? r : run_error(th, r);
}
static inline int run_match(Thread *th, SreState *st, size_t pos) {
    int r = sre_match(st, pos);
    return LIKELY(r >= 0) ? r : run_error(th, r);
}
// Optional pos and endpos arguments, clipped to the text. 0 or -1.
int range_args(Thread *th, Value pos, Value endpos, size_t len, size_t *start, size_t *end);
// An optional size argument. 0 or -1.
int size_arg(Thread *th, Value v, int64_t dflt, int64_t *out);

Value match_new(Thread *th, Value pattern, Value string, const SreState *st, size_t pos, size_t endpos);
// Group g (< groups) as text; dflt (borrowed) when it took no part.
Value match_group(Thread *th, const Match *m, size_t g, Value dflt);

Value scanner_new(Thread *th, Type *type, Value pattern, Value string, Value pos, Value endpos);

Value sre_fn_template(Thread *th, Value self, Value *args);
// The replacement text for a match: what m.expand() gives. New reference.
Value template_expand(Thread *th, const Template *t, const Match *m);

Value pattern_meth_sub(Thread *th, Value self, Value *args);
Value pattern_meth_subn(Thread *th, Value self, Value *args);
Value sre_meth_copy(Thread *th, Value self, Value *args);

#endif
