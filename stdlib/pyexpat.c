// SPDX-License-Identifier: MIT
// The module pyexpat over libexpat: parsers, their attributes and methods, and the submodules errors and model. The callbacks are in pyexpat_handlers.c; how
// threads and Python code are kept apart, in pyexpat_int.h. Two threads cannot parse with one parser at once, nor a handler with the parser that called it:
// the second gets a RuntimeError.
#include "stdlib/pyexpat_int.h"

#include <limits.h>
#include <string.h>

#include "core/object/buffer.h"
#include "gc/gc.h"

enum { TEXT_SIZE = 8192, READ_SIZE = 2048 };
static Value error_type; // [c] ExpatError, after the first import
static Type type_xmlparser;

// ---- errors ---------------------------------------------------------------------------------------------------------------------------

// The names of error codes 1, 2, ...; text where the library may be too old to know the code.
static const struct { const char *name, *text; } errors[] = {
#define E(name) {"XML_ERROR_" #name, NULL}
    E(NO_MEMORY), E(SYNTAX), E(NO_ELEMENTS), E(INVALID_TOKEN), E(UNCLOSED_TOKEN), E(PARTIAL_CHAR), E(TAG_MISMATCH), E(DUPLICATE_ATTRIBUTE),
    E(JUNK_AFTER_DOC_ELEMENT), E(PARAM_ENTITY_REF), E(UNDEFINED_ENTITY), E(RECURSIVE_ENTITY_REF), E(ASYNC_ENTITY), E(BAD_CHAR_REF), E(BINARY_ENTITY_REF),
    E(ATTRIBUTE_EXTERNAL_ENTITY_REF), E(MISPLACED_XML_PI), E(UNKNOWN_ENCODING), E(INCORRECT_ENCODING), E(UNCLOSED_CDATA_SECTION), E(EXTERNAL_ENTITY_HANDLING),
    E(NOT_STANDALONE), E(UNEXPECTED_STATE), E(ENTITY_DECLARED_IN_PE), E(FEATURE_REQUIRES_XML_DTD), E(CANT_CHANGE_FEATURE_ONCE_PARSING), E(UNBOUND_PREFIX),
    E(UNDECLARING_PREFIX), E(INCOMPLETE_PE), E(XML_DECL), E(TEXT_DECL), E(PUBLICID), E(SUSPENDED), E(NOT_SUSPENDED), E(ABORTED), E(FINISHED), E(SUSPEND_PE),
    E(RESERVED_PREFIX_XML), E(RESERVED_PREFIX_XMLNS), E(RESERVED_NAMESPACE_URI), E(INVALID_ARGUMENT), E(NO_BUFFER), E(AMPLIFICATION_LIMIT_BREACH),
#undef E
    {"XML_ERROR_NOT_STARTED", "parser not started"},
};

// Where the library is: under the lock.
static ExpatPlace place_locked(Xml *x, int code) { return expat_place(x->parser, code); }

// Raises ExpatError(text) with what its attributes say.
static Value expat_raise(Thread *th, const ExpatPlace *p, Value text_owned) {
    if (text_owned == NO_VALUE) return NO_VALUE;
    Value e = call1(th, error_type, text_owned);
    decref(th, text_owned);
    if (e == NO_VALUE) return NO_VALUE;
    const struct { const char *name; unsigned long v; } a[] = {{"code", (unsigned long)p->code}, {"offset", p->column}, {"lineno", p->line}};
    int bad = 0;
    for (size_t i = 0; !bad && i < ARRAY_LEN(a); i++) bad = object_setattr(th, e, str_intern_cstr(th, a[i].name), value_imm_int((int64_t)a[i].v)) < 0;
    if (!bad) raise_object(th, e, NO_VALUE);
    decref(th, e);
    return NO_VALUE;
}
static Value code_raise(Thread *th, const ExpatPlace *p) { return expat_raise(th, p, expat_error_text(th, p, NULL)); }

// ---- making and ending ----------------------------------------------------------------------------------------------------------------

static Xml *xml_new(Thread *th, XmlFamily *family) {
    Xml *x = NEW(Xml, th, &type_xmlparser);
    if (!x) return NULL;
    x->text_size = TEXT_SIZE;
    x->family = family;
    x->parent = x->intern = NO_VALUE;
    return x;
}
static void xml_dealloc(Thread *th, Object *o) {
    Xml *x = (Xml *)o;
    if (x->family) {
        if (x->parser) {
            xml_lock(th, x);
            XML_ParserFree(x->parser);
            xml_unlock(th, x);
        }
        // acq_rel: the last one frees after all others are done with the lock.
        if (atomic_sub_acq_rel(&x->family->refs, 1u) == 1) mem_free(x->family);
    }
    for (int i = 0; i < XML_HANDLER_COUNT; i++) decref(th, x->handlers[i]);
    mem_free(x->text);
    decref(th, x->intern);
    decref(th, x->parent);
    object_free(th, o);
}
static int xml_traverse(Object *o, VisitFn visit, void *arg) {
    Xml *x = (Xml *)o;
    int r = 0;
    for (int i = 0; !r && i < XML_HANDLER_COUNT; i++)
        if (x->handlers[i] != NO_VALUE) r = visit(x->handlers[i], arg);
    if (!r && x->intern != NO_VALUE) r = visit(x->intern, arg);
    if (!r && x->parent != NO_VALUE) r = visit(x->parent, arg);
    return r;
}
static void xml_clear(Thread *th, Object *o) {
    Xml *x = (Xml *)o;
    for (int i = 0; i < XML_HANDLER_COUNT; i++) clear_ref(th, &x->handlers[i]);
}

static Value pyexpat_fn_ParserCreate(Thread *th, Value self, Value *args) {
    const char *encoding = NULL, *separator = NULL;
    Value hold[2] = {NO_VALUE, NO_VALUE}, r = NO_VALUE, intern = NO_VALUE;
    if ((args[0] && expat_text_arg(th, args[0], true, &encoding, &hold[0], "ParserCreate() argument 'encoding'") < 0) ||
        (args[1] && expat_text_arg(th, args[1], true, &separator, &hold[1], "ParserCreate() argument 'namespace_separator'") < 0))
        goto done;
    if (separator && strlen(separator) > 1) {
        raise_value_error(th, "namespace_separator must be at most one character, omitted, or None");
        goto done;
    }
    if (!args[2]) intern = dict_new(th);
    else if (value_is_dict(args[2])) intern = new_ref(th, args[2]);
    else if (args[2] != VALUE_NONE) raise_type_error(th, "intern must be a dictionary");
    if (error_pending(th)) goto done;
    Xml *x = xml_new(th, NULL);
    if (x) {
        x->intern = intern;
        intern = NO_VALUE;
        if ((x->family = mem_calloc(th, 1, sizeof *x->family))) {
            x->family->refs = 1;
            x->parser = XML_ParserCreate_MM(encoding, NULL, separator);
            if (!x->parser) raise_memory_error(th);
        }
        if (x->parser) {
            xml_connect(x);
            x->deferral = true;
            r = VALUE_OF(x);
        } else decref(th, VALUE_OF(x));
    }
done:
    decref(th, intern);
    decref(th, hold[0]);
    decref(th, hold[1]);
    return r;
}

static Value xml_meth_ExternalEntityParserCreate(Thread *th, Value self, Value *args) {
    Xml *x = XML(self);
    const char *context, *encoding = NULL;
    Value hold[2] = {NO_VALUE, NO_VALUE}, r = NO_VALUE;
    if (expat_text_arg(th, args[0], true, &context, &hold[0], "ExternalEntityParserCreate() argument 1") < 0 ||
        (args[1] && expat_text_arg(th, args[1], false, &encoding, &hold[1], "ExternalEntityParserCreate() argument 2") < 0))
        goto done;
    Xml *n = xml_new(th, x->family);
    if (!n) goto done;
    atomic_add_acq_rel(&x->family->refs, 1u);
    n->parent = new_ref(th, self);
    if (x->intern != NO_VALUE) n->intern = new_ref(th, x->intern);
    bool memory = true;
    xml_lock(th, x);
    n->text_size = x->text_size;
    n->ordered = x->ordered;
    n->specified = x->specified;
    n->triplets = x->triplets;
    n->deferral = x->deferral;
    if (x->text) memory = (n->text = mem_alloc(th, (size_t)n->text_size)) != NULL;
    if (memory && !(n->parser = XML_ExternalEntityParserCreate(x->parser, context, encoding))) raise_memory_error(th);
    if (n->parser) { // which has the callbacks of the first one
        for (int i = 0; i < XML_HANDLER_COUNT; i++)
            if (x->handlers[i] != NO_VALUE) n->handlers[i] = new_ref(th, x->handlers[i]);
        xml_connect(n);
    }
    xml_unlock(th, x);
    if (n->parser) r = VALUE_OF(n);
    else decref(th, VALUE_OF(n));
done:
    decref(th, hold[0]);
    decref(th, hold[1]);
    return r;
}

// ---- parsing --------------------------------------------------------------------------------------------------------------------------

// Claims the parser for a parse. 0 or -1.
static int parse_begin(Thread *th, Xml *x) {
    xml_lock(th, x);
    bool busy = x->parsing;
    x->parsing = true;
    xml_unlock(th, x);
    if (!busy) return 0;
    raise_error(th, &exc_RuntimeError, "the parser is parsing already");
    return -1;
}
static void parse_end(Thread *th, Xml *x) {
    xml_lock(th, x);
    x->parsing = false;
    xml_unlock(th, x);
}
// Gives the library some data. Its status, or -1 with the exception set.
static int parse_piece(Thread *th, void *arg, const char *p, size_t n, bool final) {
    Xml *x = arg;
    xml_lock(th, x);
    int r = XML_Parse(x->parser, n ? p : "", (int)n, final);
    ExpatPlace where = {0};
    if (r == XML_STATUS_ERROR) where = place_locked(x, XML_GetErrorCode(x->parser));
    xml_unlock(th, x);
    if (error_pending(th)) return -1;
    if (r == XML_STATUS_ERROR) {
        code_raise(th, &where);
        return -1;
    }
    return r;
}

static Value xml_meth_Parse(Thread *th, Value self, Value *args) {
    Xml *x = XML(self);
    int final = args[1] ? object_truth(th, args[1]) : 0, status = -1;
    if (final < 0) return NO_VALUE;
    ExpatData d;
    if (expat_data_get(th, args[0], &d) < 0) return NO_VALUE;
    if (parse_begin(th, x) == 0) {
        if (d.text) {
            xml_lock(th, x);
            (void)XML_SetEncoding(x->parser, "utf-8"); // refused, and not needed, in the middle of a text
            xml_unlock(th, x);
        }
        status = expat_parse_pieces(th, d.p, d.n, final, parse_piece, x);
        if (status >= 0 && xml_flush_text(th, x) < 0) status = -1;
        parse_end(th, x);
    }
    expat_data_release(th, &d);
    return status < 0 ? NO_VALUE : value_imm_int(status);
}

// One read() of a file: the bytes object, or NO_VALUE.
static Value read_piece(Thread *th, Value read) {
    Value data = call1(th, read, value_imm_int(READ_SIZE));
    if (data == NO_VALUE) return NO_VALUE;
    if (!value_is_bytes(data) && !value_is_bytearray(data)) {
        raise_type_error(th, "read() did not return a bytes object (type=%T)", data);
    } else {
        Value bytes = bytes_from_object(th, data);
        if (bytes == NO_VALUE || AS(Bytes, bytes)->len <= READ_SIZE) {
            decref(th, data);
            return bytes;
        }
        raise_value_error(th, "read() returned too much data: %d bytes requested, %zu returned", READ_SIZE, AS(Bytes, bytes)->len);
        decref(th, bytes);
    }
    decref(th, data);
    return NO_VALUE;
}
static Value xml_meth_ParseFile(Thread *th, Value self, Value *args) {
    Xml *x = XML(self);
    Value read;
    int status = object_getattr_optional(th, args[0], name_read, &read);
    if (status == 0) raise_type_error(th, "argument must have 'read' attribute");
    if (status <= 0) return NO_VALUE;
    status = -1;
    if (parse_begin(th, x) == 0) {
        bool last;
        do {
            Value data = read_piece(th, read);
            last = data == NO_VALUE || AS(Bytes, data)->len == 0;
            status = data == NO_VALUE ? -1 : parse_piece(th, x, (const char *)AS(Bytes, data)->data, AS(Bytes, data)->len, last);
            decref(th, data);
            if (status > 0 && thread_safepoint(th) < 0) status = -1;
        } while (status > 0 && !last);
        if (status >= 0 && xml_flush_text(th, x) < 0) status = -1;
        parse_end(th, x);
    }
    decref(th, read);
    return status < 0 ? NO_VALUE : value_imm_int(status);
}

// ---- other methods --------------------------------------------------------------------------------------------------------------------

static Value xml_meth_SetBase(Thread *th, Value self, Value *args) {
    const char *base;
    Value hold = NO_VALUE;
    if (expat_text_arg(th, args[0], false, &base, &hold, "SetBase() argument") < 0) return NO_VALUE;
    xml_lock(th, XML(self));
    int ok = XML_SetBase(XML(self)->parser, base);
    xml_unlock(th, XML(self));
    decref(th, hold);
    return ok ? VALUE_NONE : raise_memory_error(th);
}
static Value xml_meth_GetBase(Thread *th, Value self, Value *args) {
    xml_lock(th, XML(self));
    Value r = expat_text(th, XML_GetBase(XML(self)->parser));
    xml_unlock(th, XML(self));
    return r;
}
static Value xml_meth_GetInputContext(Thread *th, Value self, Value *args) {
    Xml *x = XML(self);
    int offset, size;
    xml_lock(th, x);
    const char *p = x->callbacks ? XML_GetInputContext(x->parser, &offset, &size) : NULL;
    Value r = p ? bytes_new(th, p + offset, (size_t)(size - offset)) : VALUE_NONE;
    xml_unlock(th, x);
    return r;
}
static Value xml_meth_SetParamEntityParsing(Thread *th, Value self, Value *args) {
    int flag;
    if (number_as_int(th, args[0], &flag) < 0) return NO_VALUE;
    xml_lock(th, XML(self));
    int r = XML_SetParamEntityParsing(XML(self)->parser, (enum XML_ParamEntityParsing)flag);
    xml_unlock(th, XML(self));
    return value_imm_int(r);
}
static Value xml_meth_UseForeignDTD(Thread *th, Value self, Value *args) {
    int flag = args[0] ? object_truth(th, args[0]) : 1;
    if (flag < 0) return NO_VALUE;
    xml_lock(th, XML(self));
    ExpatPlace where = place_locked(XML(self), XML_UseForeignDTD(XML(self)->parser, flag ? XML_TRUE : XML_FALSE));
    xml_unlock(th, XML(self));
    return where.code == XML_ERROR_NONE ? VALUE_NONE : code_raise(th, &where);
}

// Of expat 2.6 on: whether tokens cut by the end of the data are tried again at once.
static Value xml_meth_SetReparseDeferralEnabled(Thread *th, Value self, Value *args) {
    int on = object_truth(th, args[0]);
    if (on < 0) return NO_VALUE;
#if EXPAT_AT_LEAST(2, 6, 0)
    xml_lock(th, XML(self));
    if (XML_SetReparseDeferralEnabled(XML(self)->parser, on ? XML_TRUE : XML_FALSE)) XML(self)->deferral = on;
    xml_unlock(th, XML(self));
#endif
    return VALUE_NONE;
}
static Value xml_meth_GetReparseDeferralEnabled(Thread *th, Value self, Value *args) {
#if EXPAT_AT_LEAST(2, 6, 0)
    xml_lock(th, XML(self));
    bool on = XML(self)->deferral;
    xml_unlock(th, XML(self));
    return value_bool(on);
#else
    return VALUE_FALSE;
#endif
}

// Limits of what a document may blow up to. Refused for the parsers of external entities, and where the number makes no sense.
typedef XML_Bool (*ThresholdFn)(XML_Parser, unsigned long long);
typedef XML_Bool (*FactorFn)(XML_Parser, float);
static Value limit_result(Thread *th, Xml *x, XML_Bool ok, const ExpatPlace *where, bool bad_number) {
    if (ok) return VALUE_NONE;
    return expat_raise(th, where, str_from_cstr(th, bad_number ? "'max_factor' must be at least 1.0" : "parser must be a root parser"));
}
static Value set_threshold(Thread *th, Xml *x, Value v, ThresholdFn fn) {
    uint64_t n;
    if (number_as_unsigned(th, v, UINT64_MAX, "unsigned long long", &n) < 0) return NO_VALUE;
    xml_lock(th, x);
    XML_Bool ok = fn(x->parser, n);
    ExpatPlace where = place_locked(x, XML_ERROR_INVALID_ARGUMENT);
    xml_unlock(th, x);
    return limit_result(th, x, ok, &where, false);
}
static Value set_factor(Thread *th, Xml *x, Value v, FactorFn fn) {
    double d;
    if (number_as_double(th, v, &d) < 0) return NO_VALUE;
    xml_lock(th, x);
    XML_Bool ok = fn(x->parser, (float)d);
    ExpatPlace where = place_locked(x, XML_ERROR_INVALID_ARGUMENT);
    xml_unlock(th, x);
    return limit_result(th, x, ok, &where, !((float)d >= 1.0f));
}
static Value xml_meth_SetLaughsThreshold(Thread *th, Value self, Value *args) {
    return set_threshold(th, XML(self), args[0], XML_SetBillionLaughsAttackProtectionActivationThreshold);
}
static Value xml_meth_SetLaughsFactor(Thread *th, Value self, Value *args) {
    return set_factor(th, XML(self), args[0], XML_SetBillionLaughsAttackProtectionMaximumAmplification);
}
#if EXPAT_AT_LEAST(2, 7, 2)
static Value xml_meth_SetAllocThreshold(Thread *th, Value self, Value *args) { return set_threshold(th, XML(self), args[0], XML_SetAllocTrackerActivationThreshold); }
static Value xml_meth_SetAllocFactor(Thread *th, Value self, Value *args) { return set_factor(th, XML(self), args[0], XML_SetAllocTrackerMaximumAmplification); }
#endif

static const MethodDef xml_methods[] = {
    {"Parse", "(self, data, isfinal=False, /)", xml_meth_Parse, "Parse XML data.\n\n'data' can be a bytes-like object or a string.", 0},
    {"ParseFile", "(self, file, /)", xml_meth_ParseFile, "Parse XML data from a binary file-like object.", 0},
    {"SetBase", "(self, base, /)", xml_meth_SetBase, "Set the base URL for the parser.", 0},
    {"GetBase", "(self, /)", xml_meth_GetBase, "Return base URL string for the parser.", 0},
    {"GetInputContext", "(self, /)", xml_meth_GetInputContext, "Return the input which generated the current event as bytes.", 0},
    {"ExternalEntityParserCreate", "(self, context, encoding='', /)", xml_meth_ExternalEntityParserCreate, "Create a parser for parsing an external entity.", METH_NO_TEXT_SIG},
    {"SetParamEntityParsing", "(self, flag, /)", xml_meth_SetParamEntityParsing, "Controls parsing of parameter entities (including the external DTD subset).", 0},
    {"UseForeignDTD", "(self, flag=True, /)", xml_meth_UseForeignDTD, "Allows the application to provide an artificial external subset.", 0},
    {"GetReparseDeferralEnabled", "(self, /)", xml_meth_GetReparseDeferralEnabled, "Retrieve reparse deferral enabled status; always returns false with Expat <2.6.0.", 0},
    {"SetReparseDeferralEnabled", "(self, enabled, /)", xml_meth_SetReparseDeferralEnabled, "Enable/Disable reparse deferral; enabled by default with Expat >=2.6.0.", 0},
    {"SetBillionLaughsAttackProtectionActivationThreshold", "(self, threshold, /)", xml_meth_SetLaughsThreshold,
     "Sets the number of output bytes needed to activate protection against billion laughs attacks.", 0},
    {"SetBillionLaughsAttackProtectionMaximumAmplification", "(self, max_factor, /)", xml_meth_SetLaughsFactor,
     "Sets the maximum tolerated amplification factor for protection against billion laughs attacks.", 0},
#if EXPAT_AT_LEAST(2, 7, 2)
    {"SetAllocTrackerActivationThreshold", "(self, threshold, /)", xml_meth_SetAllocThreshold, "Sets the number of allocated bytes needed to activate protection.", 0},
    {"SetAllocTrackerMaximumAmplification", "(self, max_factor, /)", xml_meth_SetAllocFactor, "Sets the maximum amplification of allocated bytes.", 0},
#endif
    {0},
};

// ---- attributes -----------------------------------------------------------------------------------------------------------------------

static int no_delete(Thread *th, Value v) {
    if (v != NO_VALUE) return 0;
    raise_error(th, &exc_RuntimeError, "Cannot delete attribute");
    return -1;
}
static Value get_handler(Thread *th, Xml *x, int which) {
    xml_lock(th, x);
    Value v = x->handlers[which] == NO_VALUE ? VALUE_NONE : new_ref(th, x->handlers[which]);
    xml_unlock(th, x);
    return v;
}
static int set_handler(Thread *th, Xml *x, int which, Value v) { return no_delete(th, v) < 0 ? -1 : xml_set_handler(th, x, which, v == VALUE_NONE ? NO_VALUE : v); }
#define H(name, attribute)                                                                                              \
    static Value get_##name(Thread *th, Value self) { return get_handler(th, XML(self), XML_##name); }             \
    static int set_##name(Thread *th, Value self, Value v) { return set_handler(th, XML(self), XML_##name, v); }
XML_HANDLERS(H)
#undef H

static Value get_number(Thread *th, Xml *x, int64_t (*get)(XML_Parser)) {
    xml_lock(th, x);
    int64_t n = get(x->parser);
    xml_unlock(th, x);
    return int_from_i64(th, n);
}
static int64_t read_code(XML_Parser p) { return XML_GetErrorCode(p); }
static int64_t read_line(XML_Parser p) { return (int64_t)XML_GetCurrentLineNumber(p); }
static int64_t read_column(XML_Parser p) { return (int64_t)XML_GetCurrentColumnNumber(p); }
static int64_t read_byte(XML_Parser p) { return XML_GetCurrentByteIndex(p); }
static Value get_code(Thread *th, Value self) { return get_number(th, XML(self), read_code); }
static Value get_line(Thread *th, Value self) { return get_number(th, XML(self), read_line); }
static Value get_column(Thread *th, Value self) { return get_number(th, XML(self), read_column); }
static Value get_byte(Thread *th, Value self) { return get_number(th, XML(self), read_byte); }

static Value get_flag(Thread *th, Xml *x, const bool *flag) {
    xml_lock(th, x);
    bool on = *flag;
    xml_unlock(th, x);
    return value_bool(on);
}
static int set_flag(Thread *th, Xml *x, bool *flag, Value v) {
    int on = no_delete(th, v) < 0 ? -1 : object_truth(th, v);
    if (on < 0) return -1;
    xml_lock(th, x);
    *flag = on;
    if (flag == &x->triplets) XML_SetReturnNSTriplet(x->parser, on);
    xml_unlock(th, x);
    return 0;
}
static Value get_ordered(Thread *th, Value self) { return get_flag(th, XML(self), &XML(self)->ordered); }
static int set_ordered(Thread *th, Value self, Value v) { return set_flag(th, XML(self), &XML(self)->ordered, v); }
static Value get_specified(Thread *th, Value self) { return get_flag(th, XML(self), &XML(self)->specified); }
static int set_specified(Thread *th, Value self, Value v) { return set_flag(th, XML(self), &XML(self)->specified, v); }
static Value get_triplets(Thread *th, Value self) { return get_flag(th, XML(self), &XML(self)->triplets); }
static int set_triplets(Thread *th, Value self, Value v) { return set_flag(th, XML(self), &XML(self)->triplets, v); }

// The block for text held back becomes one of size bytes, or none (size 0). What it held was given out before; should another thread have added to it since,
// that is given out, too.
static int replace_text(Thread *th, Xml *x, int size) {
    char *fresh = NULL, *old = NULL;
    if (size && !(fresh = mem_alloc(th, (size_t)size))) return -1;
    for (bool done = false; !done;) {
        if (xml_flush_text(th, x) < 0) {
            mem_free(fresh);
            return -1;
        }
        xml_lock(th, x);
        if ((done = x->text_used == 0)) {
            old = x->text;
            x->text = fresh;
            if (size) x->text_size = size;
        }
        xml_unlock(th, x);
    }
    mem_free(old);
    return 0;
}
static Value get_buffer_text(Thread *th, Value self) {
    xml_lock(th, XML(self));
    bool on = XML(self)->text != NULL;
    xml_unlock(th, XML(self));
    return value_bool(on);
}
static int set_buffer_text(Thread *th, Value self, Value v) {
    Xml *x = XML(self);
    int on = no_delete(th, v) < 0 ? -1 : object_truth(th, v);
    if (on < 0) return -1;
    xml_lock(th, x);
    bool same = on == (x->text != NULL);
    int size = x->text_size;
    xml_unlock(th, x);
    return same ? 0 : replace_text(th, x, on ? size : 0);
}
static Value get_buffer_size(Thread *th, Value self) {
    xml_lock(th, XML(self));
    int n = XML(self)->text_size;
    xml_unlock(th, XML(self));
    return value_imm_int(n);
}
static int set_buffer_size(Thread *th, Value self, Value v) {
    Xml *x = XML(self);
    int64_t n;
    if (no_delete(th, v) < 0) return -1;
    if (!value_is_int(v)) { raise_type_error(th, "buffer_size must be an integer"); return -1; }
    if (number_as_i64(th, v, &n) < 0) return -1;
    if (n <= 0) { raise_value_error(th, "buffer_size must be greater than zero"); return -1; }
    if (n > INT_MAX) { raise_value_error(th, "buffer_size must not be greater than %d", INT_MAX); return -1; }
    xml_lock(th, x);
    bool on = x->text != NULL, same = x->text_size == n;
    if (!on) x->text_size = (int)n;
    xml_unlock(th, x);
    return on && !same ? replace_text(th, x, (int)n) : 0;
}
static Value get_buffer_used(Thread *th, Value self) {
    xml_lock(th, XML(self));
    int n = XML(self)->text_used;
    xml_unlock(th, XML(self));
    return value_imm_int(n);
}
static const GetSetDef xml_getsets[] = {
#define H(name, attribute) {#attribute, get_##name, set_##name, NULL},
    XML_HANDLERS(H)
#undef H
    {"ErrorCode", get_code, NULL, NULL}, {"ErrorLineNumber", get_line, NULL, NULL}, {"ErrorColumnNumber", get_column, NULL, NULL},
    {"ErrorByteIndex", get_byte, NULL, NULL}, {"CurrentLineNumber", get_line, NULL, NULL}, {"CurrentColumnNumber", get_column, NULL, NULL},
    {"CurrentByteIndex", get_byte, NULL, NULL}, {"buffer_size", get_buffer_size, set_buffer_size, NULL}, {"buffer_text", get_buffer_text, set_buffer_text, NULL},
    {"buffer_used", get_buffer_used, NULL, NULL}, {"namespace_prefixes", get_triplets, set_triplets, NULL}, {"ordered_attributes", get_ordered, set_ordered, NULL},
    {"specified_attributes", get_specified, set_specified, NULL}, {0},
};
static const MemberDef xml_members[] = {{"intern", offsetof(Xml, intern), MEMBER_VALUE | MEMBER_READONLY, NULL}, {0}};
MODULE_TYPE_DEFINE(xmlparser, "pyexpat.xmlparser", sizeof(Xml), TYPE_NO_INSTANTIATE | TYPE_TRACED, .methods = xml_methods, .getsets = xml_getsets,
                   .members = xml_members, .doc = "XML parser", .slots = {.dealloc = xml_dealloc, .traverse = xml_traverse, .clear = xml_clear})

// ---- the module -----------------------------------------------------------------------------------------------------------------------

static Value pyexpat_fn_ErrorString(Thread *th, Value self, Value *args) {
    int64_t code;
    if (number_as_i64(th, args[0], &code) < 0) return NO_VALUE;
    return code < 0 || code > INT_MAX ? VALUE_NONE : expat_text(th, XML_ErrorString((enum XML_Error)code));
}
static const MethodDef functions[] = {
    {"ParserCreate", "(encoding=None, namespace_separator=None, intern={})", pyexpat_fn_ParserCreate, "Return a new XML parser object.", METH_NO_TEXT_SIG},
    {"ErrorString", "(code, /)", pyexpat_fn_ErrorString, "Returns string error for given number.", 0},
    {0},
};

// A submodule, known to the import system under its whole name. New reference.
static Value submodule(Thread *th, Value module, const char *name, const char *doc) {
    Value full = str_format(th, "pyexpat.%s", name), m = full == NO_VALUE ? NO_VALUE : module_new(th, full);
    if (m != NO_VALUE && (dict_set(th, AS(Dict, modules_dict), full, m) < 0 || module_add_str(th, m, "__doc__", doc) < 0 || module_add(th, module, name, new_ref(th, m)) < 0))
        clear_ref(th, &m);
    decref(th, full);
    return m;
}
static int add_errors(Thread *th, Value module) {
    Value m = submodule(th, module, "errors", "Constants used to describe error conditions."), codes = dict_new(th), messages = dict_new(th);
    int bad = m == NO_VALUE || codes == NO_VALUE || messages == NO_VALUE;
    for (size_t i = 0; !bad && i < ARRAY_LEN(errors); i++) {
        const char *known = XML_ErrorString((enum XML_Error)(i + 1));
        Value text = expat_text(th, known ? known : errors[i].text ? errors[i].text : ""), code = value_imm_int((int64_t)i + 1);
        bad = text == NO_VALUE || module_add(th, m, errors[i].name, new_ref(th, text)) < 0 || dict_set(th, AS(Dict, codes), text, code) < 0 ||
              dict_set(th, AS(Dict, messages), code, text) < 0;
        decref(th, text);
    }
    if (!bad) bad = module_add(th, m, "codes", new_ref(th, codes)) < 0 || module_add(th, m, "messages", new_ref(th, messages)) < 0;
    decref(th, m);
    decref(th, codes);
    decref(th, messages);
    return bad ? -1 : 0;
}
static int add_model(Thread *th, Value module) {
#define C(name) {#name, name}
    static const struct { const char *name; int v; } c[] = {
        C(XML_CTYPE_EMPTY), C(XML_CTYPE_ANY), C(XML_CTYPE_MIXED), C(XML_CTYPE_NAME), C(XML_CTYPE_CHOICE), C(XML_CTYPE_SEQ),
        C(XML_CQUANT_NONE), C(XML_CQUANT_OPT), C(XML_CQUANT_REP), C(XML_CQUANT_PLUS),
    };
    Value m = submodule(th, module, "model", "Constants used to interpret content model information.");
    int bad = m == NO_VALUE;
    for (size_t i = 0; !bad && i < ARRAY_LEN(c); i++) bad = module_add_int(th, m, c[i].name, c[i].v) < 0;
    decref(th, m);
    return bad ? -1 : 0;
}
static int add_features(Thread *th, Value module) {
    Value list = list_new(th, 8);
    if (list == NO_VALUE) return -1;
    for (const XML_Feature *f = XML_GetFeatureList(); f && f->feature != XML_FEATURE_END; f++) {
        Value v[2] = {str_from_cstr(th, f->name), value_imm_int(f->value)}, pair = v[0] == NO_VALUE ? NO_VALUE : tuple_from_owned(th, v, 2);
        if (pair == NO_VALUE || list_append_owned(th, AS(List, list), pair) < 0) {
            decref(th, list);
            return -1;
        }
    }
    return module_add(th, module, "features", list);
}
static int pyexpat_exec(Thread *th, Value module) {
    if (error_type == NO_VALUE) {
        error_type = exception_create_type(th, "xml.parsers.expat.ExpatError", VALUE_OF(&exc_Exception), NULL);
        if (error_type == NO_VALUE) return -1;
        gc_add_root(&error_type);
    }
    XML_Expat_Version v = XML_ExpatVersionInfo();
    Value version[3] = {value_imm_int(v.major), value_imm_int(v.minor), value_imm_int(v.micro)};
    if (type_ready(th, &type_xmlparser) < 0 || module_add(th, module, "XMLParserType", VALUE_OF(&type_xmlparser)) < 0 ||
        module_add(th, module, "ExpatError", new_ref(th, error_type)) < 0 || module_add(th, module, "error", new_ref(th, error_type)) < 0 ||
        module_add_str(th, module, "EXPAT_VERSION", XML_ExpatVersion()) < 0 || module_add(th, module, "version_info", tuple_from_array(th, version, 3)) < 0 ||
        module_add_str(th, module, "native_encoding", "UTF-8") < 0 || module_add_int(th, module, "XML_PARAM_ENTITY_PARSING_NEVER", XML_PARAM_ENTITY_PARSING_NEVER) < 0 ||
        module_add_int(th, module, "XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE", XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE) < 0 ||
        module_add_int(th, module, "XML_PARAM_ENTITY_PARSING_ALWAYS", XML_PARAM_ENTITY_PARSING_ALWAYS) < 0)
        return -1;
    return add_features(th, module) < 0 || add_errors(th, module) < 0 || add_model(th, module) < 0 ? -1 : 0;
}
const ModuleDef module_pyexpat = {.name = "pyexpat", .doc = "Python wrapper for Expat parser.", .methods = functions, .exec = pyexpat_exec};
