// SPDX-License-Identifier: MIT
// XMLParser: libexpat's callbacks, which call the target's methods, or a builder's functions when the target is exactly a TreeBuilder. A thread that parses
// claims the parser (`busy`); everything but target and entity is then that thread's alone, so there is no lock. A second thread, and a handler that parses with the
// parser that called it, get a RuntimeError.
#include "core/object/bytes.h"
#include "stdlib/_elementtree/elementtree_int.h"
#include "stdlib/expat_input.h"

// What a target may have.
#define TARGET_METHODS(T) T(start) T(data) T(end) T(comment) T(pi) T(close) T(doctype) T(start_ns) T(end_ns)
enum {
#define T(name) ON_##name,
    TARGET_METHODS(T)
#undef T
    ON_COUNT
};
static const char *const target_methods[ON_COUNT] = {
#define T(name) #name,
    TARGET_METHODS(T)
#undef T
};

// A name as the library tells it, and the str made of it.
typedef struct Name { uint64_t hash; size_t len; char *key; Value name; } Name; // key NULL: a free place

// [b] by who holds `busy`   [s] slot (core/object/container_inl.h)
typedef struct Parser {
    Object head;
    uint32_t busy;          // [a] 1: claimed
    XML_Parser parser;      // [b] NULL: __init__ was not called
    Thread *th;             // [b] who parses
    Value target, entity;   // [s] NO_VALUE before __init__
    Builder *builder;       // [b] the target when it is exactly a TreeBuilder, which `target` keeps; NULL: it is not
    Value on[ON_COUNT];     // [b] the target's methods; NO_VALUE: it has none
    Name *names;            // [b] open hash table of names_size places, a power of two
    size_t names_used, names_size;
    char *text;             // [b] character data for the builder, collected: text_used of text_cap bytes
    size_t text_used, text_cap;
} Parser;
#define PARSER(v) AS(Parser, v)
enum { READ_SIZE = 64 * 1024, NAMES_MAX = 1 << 16, PAIRS_SMALL = 16 };

// ---- errors ---------------------------------------------------------------------------------------------------------------------------

// Raises ParseError(text), text taken over, with code and position.
static void raise_parse_error(Thread *th, const ExpatPlace *p, Value text) {
    Value e = text == NO_VALUE ? NO_VALUE : call1(th, etree_parse_error, text), code = str_intern_cstr(th, "code"), position = str_intern_cstr(th, "position");
    Value where[2] = {value_imm_int((int64_t)p->line), value_imm_int((int64_t)p->column)}, pair = tuple_from_array(th, where, 2);
    if (e != NO_VALUE && code != NO_VALUE && position != NO_VALUE && pair != NO_VALUE && object_setattr(th, e, code, value_imm_int(p->code)) == 0 &&
        object_setattr(th, e, position, pair) == 0)
        raise_object(th, e, NO_VALUE);
    decref(th, pair);
    decref(th, text);
    decref(th, e);
}

// ---- names and text -------------------------------------------------------------------------------------------------------------------

// "uri}local" is "{uri}local" for Python. The interned str where there is one: programs compare tags with constants.
static Value name_make(Thread *th, const char *s, size_t n) {
    StrBuilder b;
    Value v;
    if (memchr(s, '}', n)) {
        str_builder_init(&b, th);
        str_builder_char(&b, '{');
        str_builder_utf8(&b, s, n);
        v = str_builder_finish(&b);
    } else v = str_from_utf8(th, s, n);
    Value known = v == NO_VALUE ? NO_VALUE : str_interned_lookup(AS(Str, v));
    if (known == NO_VALUE) return v;
    decref(th, v);
    return new_ref(th, known);
}
static Name *name_place(Name *names, size_t size, uint64_t hash, const char *s, size_t n) {
    for (size_t i = hash & (size - 1);; i = (i + 1) & (size - 1)) {
        Name *at = &names[i];
        if (!at->key || (at->hash == hash && at->len == n && memcmp(at->key, s, n) == 0)) return at;
    }
}
static bool names_grow(Thread *th, Parser *p) {
    size_t size = p->names_size ? 2 * p->names_size : 64;
    Name *names = mem_calloc(th, size, sizeof *names);
    if (!names) return false;
    for (size_t i = 0; i < p->names_size; i++)
        if (p->names[i].key) *name_place(names, size, p->names[i].hash, p->names[i].key, p->names[i].len) = p->names[i];
    mem_free(p->names);
    p->names = names;
    p->names_size = size;
    return true;
}
// The str for a name of the library, new reference: the same each time, for the first NAMES_MAX of them.
static Value name_text(Thread *th, Parser *p, const char *s) {
    size_t n = strlen(s);
    uint64_t hash = (uint64_t)hash_bytes(s, n);
    if (p->names_used * 4 >= p->names_size * 3 && !names_grow(th, p)) return NO_VALUE;
    Name *at = name_place(p->names, p->names_size, hash, s, n);
    if (LIKELY(at->key != NULL)) return new_ref(th, at->name);
    Value v = name_make(th, s, n);
    char *key = v == NO_VALUE || p->names_used >= NAMES_MAX ? NULL : mem_alloc(th, n + 1);
    if (key) {
        memcpy(key, s, n + 1);
        *at = (Name){hash, n, key, new_ref(th, v)};
        p->names_used++;
    } else if (v != NO_VALUE && error_pending(th)) clear_ref(th, &v);
    return v;
}
static void names_drop(Thread *th, Parser *p) {
    for (size_t i = 0; i < p->names_size; i++)
        if (p->names[i].key) {
            mem_free(p->names[i].key);
            decref(th, p->names[i].name);
        }
    mem_free(p->names);
    p->names = NULL;
    p->names_used = p->names_size = 0;
}

// Gives the builder the text collected. 0 or -1.
static int text_out(Thread *th, Parser *p) {
    if (p->text_used == 0) return 0;
    Value text = str_from_utf8(th, p->text, p->text_used);
    p->text_used = 0;
    int r = text == NO_VALUE ? -1 : builder_data(th, p->builder, text);
    decref(th, text);
    return r;
}
static void text_add(Thread *th, Parser *p, const char *s, size_t n) {
    if (UNLIKELY(n > p->text_cap - p->text_used)) {
        size_t cap = 2 * p->text_cap + n + 256;
        char *text = mem_realloc(th, p->text, cap);
        if (!text) return; // MemoryError
        p->text = text;
        p->text_cap = cap;
    }
    memcpy(p->text + p->text_used, s, n);
    p->text_used += n;
}

// ---- callbacks ------------------------------------------------------------------------------------------------------------------------

// Calls a method of the target with n owned arguments, any of which may be NO_VALUE (an error is pending).
static void tell(Thread *th, Value method, Value *args, size_t n) {
    bool ok = true;
    for (size_t i = 0; i < n; i++) ok &= args[i] != NO_VALUE;
    Value r = ok ? object_call(th, method, args, n, NO_VALUE) : NO_VALUE;
    decref(th, r);
    for (size_t i = 0; i < n; i++) decref(th, args[i]);
}

// A dict of attributes. NO_VALUE without exception: there are none, and empty is not asked for.
static Value attributes(Thread *th, Parser *p, const char **a, bool empty) {
    size_t n = 0;
    while (a[2 * n]) n++;
    if (n == 0) return empty ? dict_new(th) : NO_VALUE;
    Value small[2 * PAIRS_SMALL], *v = small;
    if (n > PAIRS_SMALL && !(v = mem_alloc(th, 2 * n * sizeof *v))) return NO_VALUE;
    size_t i = 0;
    for (; i < 2 * n; i++)
        if ((v[i] = i & 1 ? expat_text(th, a[i]) : name_text(th, p, a[i])) == NO_VALUE) break;
    Value r = NO_VALUE;
    if (i == 2 * n) r = dict_from_owned(th, v, n);
    else values_release(th, v, i);
    if (v != small) mem_free(v);
    return r;
}
static void on_start(void *data, const char *name, const char **a) {
    Parser *p = data;
    Thread *th = p->th;
    if (error_pending(th) || (p->builder && text_out(th, p) < 0) || (!p->builder && p->on[ON_start] == NO_VALUE)) return;
    Value tag = name_text(th, p, name), attrib = tag == NO_VALUE ? NO_VALUE : attributes(th, p, a, p->builder == NULL);
    if (error_pending(th)) {
        decref(th, tag);
        decref(th, attrib);
    } else if (p->builder) {
        decref(th, builder_start(th, p->builder, tag, attrib));
        decref(th, tag);
    } else {
        Value v[2] = {tag, attrib};
        tell(th, p->on[ON_start], v, 2);
    }
}
static void on_end(void *data, const char *name) {
    Parser *p = data;
    Thread *th = p->th;
    if (error_pending(th)) return;
    if (p->builder) {
        if (text_out(th, p) == 0) decref(th, builder_end(th, p->builder));
    } else if (p->on[ON_end] != NO_VALUE) {
        Value v[1] = {name_text(th, p, name)};
        tell(th, p->on[ON_end], v, 1);
    }
}
static void on_data(void *data, const char *s, int n) {
    Parser *p = data;
    Thread *th = p->th;
    if (error_pending(th)) return;
    if (p->builder) text_add(th, p, s, (size_t)n);
    else if (p->on[ON_data] != NO_VALUE) {
        Value v[1] = {str_from_utf8(th, s, (size_t)n)};
        tell(th, p->on[ON_data], v, 1);
    }
}
static void on_comment(void *data, const char *s) {
    Parser *p = data;
    Thread *th = p->th;
    if (error_pending(th) || (!p->builder && p->on[ON_comment] == NO_VALUE) || (p->builder && text_out(th, p) < 0)) return;
    Value v[1] = {expat_text(th, s)};
    if (!p->builder) tell(th, p->on[ON_comment], v, 1);
    else if (v[0] != NO_VALUE) {
        decref(th, builder_comment(th, p->builder, v[0]));
        decref(th, v[0]);
    }
}
static void on_pi(void *data, const char *target, const char *s) {
    Parser *p = data;
    Thread *th = p->th;
    if (error_pending(th) || (!p->builder && p->on[ON_pi] == NO_VALUE)) return;
    if (p->builder && !builder_wants(th, p->builder, EVENT_PI) && !atomic_load_relaxed(&p->builder->insert_pis)) return; // set before the parse
    if (p->builder && text_out(th, p) < 0) return;
    Value v[2] = {expat_text(th, target), expat_text(th, s)};
    if (!p->builder) tell(th, p->on[ON_pi], v, 2);
    else {
        if (v[0] != NO_VALUE && v[1] != NO_VALUE) decref(th, builder_pi(th, p->builder, v[0], v[1]));
        values_release(th, v, 2);
    }
}
static void on_start_ns(void *data, const char *prefix, const char *uri) {
    Parser *p = data;
    Thread *th = p->th;
    if (error_pending(th) || (p->builder && text_out(th, p) < 0)) return;
    if (p->builder && !builder_wants(th, p->builder, EVENT_START_NS)) return;
    if (!p->builder && p->on[ON_start_ns] == NO_VALUE) return;
    Value v[2] = {expat_text(th, prefix ? prefix : ""), expat_text(th, uri ? uri : "")};
    if (!p->builder) tell(th, p->on[ON_start_ns], v, 2);
    else if (v[0] != NO_VALUE && v[1] != NO_VALUE) builder_event(th, p->builder, EVENT_START_NS, tuple_from_owned(th, v, 2));
    else values_release(th, v, 2);
}
static void on_end_ns(void *data, const char *prefix) {
    Parser *p = data;
    Thread *th = p->th;
    if (error_pending(th) || (p->builder && text_out(th, p) < 0)) return;
    if (p->builder) builder_event(th, p->builder, EVENT_END_NS, VALUE_NONE);
    else if (p->on[ON_end_ns] != NO_VALUE) {
        Value v[1] = {expat_text(th, prefix ? prefix : "")};
        tell(th, p->on[ON_end_ns], v, 1);
    }
}
static void on_doctype(void *data, const char *name, const char *system, const char *public_id, int internal) {
    Parser *p = data;
    Thread *th = p->th;
    if (error_pending(th)) return;
    if (p->on[ON_doctype] != NO_VALUE) {
        Value v[3] = {expat_text(th, name), expat_text(th, public_id), expat_text(th, system)};
        tell(th, p->on[ON_doctype], v, 3);
        return;
    }
    Value own;
    if (object_getattr_optional(th, VALUE_OF(p), name_et_doctype, &own) <= 0) return;
    decref(th, own);
    warn_format(th, &exc_RuntimeWarning, 1, "The doctype() method of XMLParser is ignored.  Define doctype() method on the TreeBuilder target.");
}
// Whatever has no handler comes here: of that only entities matter, which the program may have defined.
static void on_default(void *data, const char *s, int n) {
    Parser *p = data;
    Thread *th = p->th;
    if (error_pending(th) || n < 2 || s[0] != '&') return;
    if (p->builder && text_out(th, p) < 0) return;
    Value key = str_from_utf8(th, s + 1, (size_t)n - 2), value = NO_VALUE, entity = slot_get(th, &p->head, &p->entity);
    int found = key == NO_VALUE ? -1 : dict_get(th, AS(Dict, entity), key, &value);
    decref(th, entity);
    if (found > 0) {
        if (p->builder) builder_data(th, p->builder, value);
        else if (p->on[ON_data] != NO_VALUE) decref(th, call1(th, p->on[ON_data], value));
        decref(th, value);
    } else if (found == 0) {
        ExpatPlace place = expat_place(p->parser, XML_ERROR_UNDEFINED_ENTITY);
        raise_parse_error(th, &place, str_format(th, "undefined entity &%U;: line %lu, column %lu", key, place.line, place.column));
    }
    decref(th, key);
}
static int on_unknown_encoding(void *data, const char *name, XML_Encoding *info) {
    Parser *p = data;
    return error_pending(p->th) ? XML_STATUS_ERROR : expat_map_encoding(p->th, name, info);
}

// ---- making and ending ----------------------------------------------------------------------------------------------------------------

static void parser_drop(Thread *th, Parser *p) {
    if (p->parser) XML_ParserFree(p->parser);
    p->parser = NULL;
    names_drop(th, p);
    mem_free(p->text);
    p->text = NULL;
    p->text_used = p->text_cap = 0;
    for (size_t i = 0; i < ON_COUNT; i++) clear_ref(th, &p->on[i]);
}
static void parser_dealloc(Thread *th, Object *o) {
    Parser *p = (Parser *)o;
    parser_drop(th, p);
    decref(th, p->target);
    decref(th, p->entity);
    object_release_attrs(th, o);
    object_free(th, o);
}
static int parser_traverse(Object *o, VisitFn visit, void *arg) {
    Parser *p = (Parser *)o;
    int r = p->target != NO_VALUE ? visit(p->target, arg) : 0;
    if (!r && p->entity != NO_VALUE) r = visit(p->entity, arg);
    for (size_t i = 0; !r && i < ON_COUNT; i++)
        if (p->on[i] != NO_VALUE) r = visit(p->on[i], arg);
    for (size_t i = 0; !r && i < p->names_size; i++)
        if (p->names[i].key) r = visit(p->names[i].name, arg);
    return r;
}
static void parser_clear(Thread *th, Object *o) {
    Parser *p = (Parser *)o;
    for (size_t i = 0; i < ON_COUNT; i++) clear_ref(th, &p->on[i]);
    p->builder = NULL;
    clear_ref(th, &p->target);
    clear_ref(th, &p->entity);
}

// Claims the parser. 0 or -1.
static int parse_begin(Thread *th, Parser *p) {
    uint32_t idle = 0;
    if (!atomic_cas_acquire(&p->busy, &idle, 1u)) { // acquire: what the one before left
        raise_error(th, &exc_RuntimeError, "the parser is parsing already");
        return -1;
    }
    p->th = th;
    return 0;
}
static void parse_end(Parser *p) { atomic_store_release(&p->busy, 0u); }
// The same, for what needs a parser that has been made.
static int parse_begin_made(Thread *th, Parser *p) {
    if (parse_begin(th, p) < 0) return -1;
    if (p->parser) return 0;
    parse_end(p);
    raise_value_error(th, "XMLParser.__init__() wasn't called");
    return -1;
}

static void connect(Parser *p) {
    XML_SetUserData(p->parser, p);
    XML_SetDefaultHandlerExpand(p->parser, on_default);
    XML_SetElementHandler(p->parser, p->on[ON_start] ? on_start : NULL, p->on[ON_end] ? on_end : NULL);
    if (p->builder) XML_SetElementHandler(p->parser, on_start, on_end);
    XML_SetCharacterDataHandler(p->parser, on_data);
    if (p->on[ON_start_ns]) XML_SetStartNamespaceDeclHandler(p->parser, on_start_ns);
    if (p->on[ON_end_ns]) XML_SetEndNamespaceDeclHandler(p->parser, on_end_ns);
    if (p->on[ON_comment]) XML_SetCommentHandler(p->parser, on_comment);
    if (p->on[ON_pi]) XML_SetProcessingInstructionHandler(p->parser, on_pi);
    XML_SetStartDoctypeDeclHandler(p->parser, on_doctype);
    XML_SetUnknownEncodingHandler(p->parser, on_unknown_encoding, p);
}
// target, entity: taken over.
static int parser_make(Thread *th, Parser *p, const char *encoding, Value target, Value entity) {
    parser_drop(th, p);
    p->builder = value_is_exact(target, &type_builder) ? BUILDER(target) : NULL;
    slot_store(th, &p->head, &p->target, target);
    slot_store(th, &p->head, &p->entity, entity);
    for (size_t i = 0; i < ON_COUNT; i++) {
        Value name = str_intern_cstr(th, target_methods[i]);
        if (name == NO_VALUE || object_getattr_optional(th, target, name, &p->on[i]) < 0) return -1;
    }
    if (!(p->parser = XML_ParserCreate_MM(encoding, NULL, "}"))) {
        raise_memory_error(th);
        return -1;
    }
    connect(p);
    return 0;
}
static Value parser_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) { return VALUE_OF(NEW(Parser, th, type)); }
static int parser_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig; // [a] parsed once
    Parser *p = PARSER(self);
    Value v[2], hold = NO_VALUE;
    const char *encoding = NULL;
    if (native_args_bind(th, &sig, "XMLParser", "(*, target=None, encoding=None)", args, nargs, kwnames, v) < 0) return -1;
    if (v[1] != NO_VALUE && expat_text_arg(th, v[1], true, &encoding, &hold, "XMLParser() argument 'encoding'") < 0) return -1;
    Value target = v[0] == NO_VALUE || v[0] == VALUE_NONE ? call0(th, VALUE_OF(&type_builder)) : new_ref(th, v[0]);
    Value entity = target == NO_VALUE ? NO_VALUE : dict_new(th);
    int r = -1;
    if (entity != NO_VALUE && parse_begin(th, p) == 0) {
        r = parser_make(th, p, encoding, target, entity);
        parse_end(p);
    } else {
        decref(th, target);
        decref(th, entity);
    }
    decref(th, hold);
    return r;
}

// ---- parsing --------------------------------------------------------------------------------------------------------------------------

// Gives the library some data. Its status, or -1 with the exception set. The parser is claimed.
static int parse_piece(Thread *th, void *arg, const char *s, size_t n, bool final) {
    Parser *p = arg;
    int status = XML_Parse(p->parser, s, (int)n, final);
    if (!error_pending(th) && p->builder) text_out(th, p);
    if (error_pending(th)) return -1;
    if (status != XML_STATUS_ERROR) return status;
    ExpatPlace place = expat_place(p->parser, XML_GetErrorCode(p->parser));
    raise_parse_error(th, &place, expat_error_text(th, &place, NULL));
    return -1;
}
// text: its encoding is UTF-8, whatever it says itself.
static int parse(Thread *th, Parser *p, const ExpatData *d, bool text) {
    if (text) (void)XML_SetEncoding(p->parser, "utf-8"); // refused, and not needed, in the middle of a text
    return expat_parse_pieces(th, d->p, d->n, false, parse_piece, p) < 0 ? -1 : 0;
}
static int parse_finish(Thread *th, Parser *p) { return parse_piece(th, p, "", 0, true) < 0 ? -1 : 0; }

static Value parser_meth_feed(Thread *th, Value self, Value *args) {
    Parser *p = PARSER(self);
    ExpatData d;
    if (parse_begin_made(th, p) < 0) return NO_VALUE;
    int r = expat_data_get(th, args[0], &d);
    if (r == 0) {
        r = parse(th, p, &d, d.text);
        expat_data_release(th, &d);
    }
    parse_end(p);
    return r < 0 ? NO_VALUE : VALUE_NONE;
}
static Value parser_meth_close(Thread *th, Value self, Value *args) {
    Parser *p = PARSER(self);
    if (parse_begin_made(th, p) < 0) return NO_VALUE;
    int r = parse_finish(th, p);
    Value result = VALUE_NONE, target = slot_get(th, &p->head, &p->target), method = new_ref(th, p->on[ON_close]);
    Builder *builder = p->builder; // which target keeps
    parse_end(p);
    if (r < 0) result = NO_VALUE;
    else if (builder) result = builder_close(th, builder);
    else if (method != NO_VALUE) result = call0(th, method);
    decref(th, method);
    decref(th, target);
    return result;
}
// What the library put off because it may be the beginning of something longer.
static Value parser_meth_flush(Thread *th, Value self, Value *args) {
    Parser *p = PARSER(self);
    int r = 0;
    if (parse_begin_made(th, p) < 0) return NO_VALUE;
#if EXPAT_AT_LEAST(2, 6, 0)
    XML_SetReparseDeferralEnabled(p->parser, XML_FALSE);
    r = parse_piece(th, p, "", 0, false);
    XML_SetReparseDeferralEnabled(p->parser, XML_TRUE);
#endif
    parse_end(p);
    return r < 0 ? NO_VALUE : VALUE_NONE;
}
// One read() of the file. 1, 0 at the end, -1.
static int parse_read(Thread *th, Parser *p, Value read) {
    Value data = call1(th, read, value_imm_int(READ_SIZE));
    if (data == NO_VALUE) return -1;
    int r = 0;
    ExpatData d;
    bool text = value_is_str(data);
    if (text) { // half of a pair is the library's to refuse
        Value how[2] = {name_utf_8, name_surrogatepass}, bytes = call_method(th, data, name_encode, how, 2);
        decref(th, data);
        if ((data = bytes) == NO_VALUE) return -1;
    }
    bool some = value_is_exact(data, &type_bytes) && AS(Bytes, data)->len > 0;
    if (some && (r = expat_data_get(th, data, &d)) == 0) {
        r = parse(th, p, &d, text) < 0 ? -1 : 1;
        expat_data_release(th, &d);
    }
    decref(th, data);
    return r;
}
static Value parser_meth_parse_whole(Thread *th, Value self, Value *args) {
    Parser *p = PARSER(self);
    if (parse_begin_made(th, p) < 0) return NO_VALUE;
    Value read = object_getattr(th, args[0], name_read), result = VALUE_NONE;
    int r = read == NO_VALUE ? -1 : 1;
    while (r > 0)
        if ((r = parse_read(th, p, read)) > 0 && thread_safepoint(th) < 0) r = -1;
    if (r == 0) r = parse_finish(th, p);
    decref(th, read);
    Value target = slot_get(th, &p->head, &p->target);
    Builder *builder = p->builder;
    parse_end(p);
    if (r < 0) result = NO_VALUE;
    else if (builder) result = builder_close(th, builder);
    decref(th, target);
    return result;
}

// The names of the events in a sequence, NO_VALUE for the others. 0 or -1.
static int events_named(Thread *th, Value sequence, Value names[EVENT_COUNT]) {
    Value items = sequence_to_tuple(th, sequence);
    if (items == NO_VALUE) {
        if (error_clear_if(th, &exc_TypeError)) raise_type_error(th, "events must be a sequence");
        return -1;
    }
    for (size_t i = 0; !error_pending(th) && i < AS(Tuple, items)->len; i++) {
        Value v = AS(Tuple, items)->items[i], text = NO_VALUE;
        if (value_is_str(v)) text = new_ref(th, v);
        else if (value_is_bytes(v)) text = str_from_utf8(th, (const char *)AS(Bytes, v)->data, AS(Bytes, v)->len);
        else raise_value_error(th, "invalid events sequence");
        size_t k = 0;
        while (text != NO_VALUE && k < EVENT_COUNT && !str_equal_cstr(text, event_names[k])) k++;
        if (text != NO_VALUE && k == EVENT_COUNT) raise_value_error(th, "unknown event '%U'", text);
        else if (text != NO_VALUE) set_ref(th, &names[k], new_ref(th, text));
        decref(th, text);
    }
    decref(th, items);
    return error_pending(th) ? -1 : 0;
}
static Value parser_meth_setevents(Thread *th, Value self, Value *args) {
    Parser *p = PARSER(self);
    if (parse_begin_made(th, p) < 0) return NO_VALUE;
    Value names[EVENT_COUNT] = {NO_VALUE}, append = NO_VALUE;
    int r = -1;
    if (!p->builder) raise_type_error(th, "event handling only supported for ElementTree.TreeBuilder targets");
    else if ((append = object_getattr(th, args[0], name_append)) != NO_VALUE) {
        if (args[1] == NO_VALUE || args[1] == VALUE_NONE) r = (names[EVENT_END] = str_intern_cstr(th, event_names[EVENT_END])) == NO_VALUE ? -1 : 0;
        else r = events_named(th, args[1], names);
    }
    if (r == 0) {
        if (names[EVENT_START_NS]) XML_SetStartNamespaceDeclHandler(p->parser, on_start_ns);
        if (names[EVENT_END_NS]) XML_SetEndNamespaceDeclHandler(p->parser, on_end_ns);
        builder_set_events(th, p->builder, append, names);
    } else {
        decref(th, append);
        values_release(th, names, EVENT_COUNT);
    }
    parse_end(p);
    return r < 0 ? NO_VALUE : VALUE_NONE;
}

// ---- the type -------------------------------------------------------------------------------------------------------------------------

static Value parser_get(Thread *th, Parser *p, Value *slot) {
    Value v = slot_get(th, &p->head, slot);
    return v == NO_VALUE ? VALUE_NONE : v;
}
static Value parser_get_entity(Thread *th, Value self) { return parser_get(th, PARSER(self), &PARSER(self)->entity); }
static Value parser_get_target(Thread *th, Value self) { return parser_get(th, PARSER(self), &PARSER(self)->target); }
static Value parser_get_version(Thread *th, Value self) {
    XML_Expat_Version v = XML_ExpatVersionInfo();
    return str_format(th, "Expat %d.%d.%d", v.major, v.minor, v.micro);
}
static int parser_set_readonly(Thread *th, Value self, Value v) {
    raise_error(th, &exc_AttributeError, "readonly attribute");
    return -1;
}
static const GetSetDef parser_getsets[] = {
    {"entity", parser_get_entity, parser_set_readonly, NULL},
    {"target", parser_get_target, parser_set_readonly, NULL},
    {"version", parser_get_version, NULL, NULL},
    {0},
};
static const MethodDef parser_methods[] = {
    {"feed", "(self, data, /)", parser_meth_feed, NULL, 0},
    {"flush", "(self, /)", parser_meth_flush, NULL, 0},
    {"close", "(self, /)", parser_meth_close, NULL, 0},
    {"_parse_whole", "(self, file, /)", parser_meth_parse_whole, NULL, 0},
    {"_setevents", "(self, events_queue, events_to_report=None, /)", parser_meth_setevents, NULL, 0},
    {0},
};

#define PARSER_FLAGS (TYPE_TRACED | TYPE_BASETYPE | TYPE_IMMUTABLE)
static Shape shape_parser;
Type type_parser = {
    .head = OBJECT_STATIC(&shape_type), .name = "xml.etree.ElementTree.XMLParser", .base = &type_object, .flags = PARSER_FLAGS,
    .basic_size = sizeof(Parser), .shape = &shape_parser, .methods = parser_methods, .getsets = parser_getsets,
    .slots = {.new_ = parser_slot_new, .init = parser_slot_init, .dealloc = parser_dealloc, .traverse = parser_traverse, .clear = parser_clear},
};
static Shape shape_parser = {.type = &type_parser, .flags = PARSER_FLAGS};
