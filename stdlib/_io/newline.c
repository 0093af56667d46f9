// SPDX-License-Identifier: MIT
// Line ends: universal newline translation, finding lines, and the IncrementalNewlineDecoder type.
#include "stdlib/_io/io_int.h"

static Value has_char(Thread *th, Value str, uint32_t c) { return str_find(AS(Str, str), AS(Str, str_from_char(th, c)), 0, (intptr_t)AS(Str, str)->len, 1) >= 0 ? VALUE_TRUE : VALUE_FALSE; }

Value newline_decode(Thread *th, Value str, bool translate, bool final, bool *pending_cr, int *seen) {
    Str *s = AS(Str, str);
    bool lead = *pending_cr && (s->len || final);
    size_t n = s->len;
    bool hold = false;
    if (n && !final && str_char_at(s, n - 1) == '\r') { // maybe the first half of \r\n
        hold = true;
        n--;
    }
    if (lead) *pending_cr = false;
    if (hold) *pending_cr = true;
    if (!lead && !hold && has_char(th, str, '\r') == VALUE_FALSE) {
        if (!(*seen & 1) && has_char(th, str, '\n') == VALUE_TRUE) *seen |= 1;
        return new_ref(th, str);
    }
    StrBuilder b;
    str_builder_init(&b, th);
    size_t start = 0;
    bool cr = lead;
    for (size_t i = 0; i <= n; i++) {
        uint32_t c = i < n ? str_char_at(s, i) : UINT32_MAX;
        if (cr) { // an open \r before i
            cr = false;
            if (c == '\n') {
                *seen |= 4;
                if (translate) str_builder_char(&b, '\n');
                else str_builder_ascii(&b, "\r\n", 2);
                start = i + 1;
                continue;
            }
            *seen |= 2;
            str_builder_char(&b, translate ? '\n' : '\r');
        }
        if (c == '\r') {
            if (i > start) str_builder_sub(&b, str, start, i);
            start = i + 1;
            cr = true;
        } else if (c == '\n') *seen |= 1;
    }
    if (n > start) str_builder_sub(&b, str, start, n);
    return str_builder_finish(&b);
}

Value newline_seen_value(Thread *th, int seen) {
    static const char *const text[] = {"\n", "\r", "\r\n"};
    static const int order[] = {1, 2, 4}; // reported as ('\r', '\n', '\r\n')
    static const int tuple_order[] = {2, 1, 4};
    if (!seen) return VALUE_NONE;
    for (int i = 0; i < 3; i++)
        if (seen == order[i]) return str_from_cstr(th, text[i]);
    Value items[3];
    size_t n = 0;
    for (int i = 0; i < 3; i++)
        if (seen & tuple_order[i]) {
            items[n] = str_from_cstr(th, tuple_order[i] == 1 ? "\n" : tuple_order[i] == 2 ? "\r" : "\r\n");
            if (!items[n++]) return NO_VALUE;
        }
    return tuple_from_owned(th, items, n);
}

intptr_t line_end(const Str *s, size_t start, int mode) {
    if (mode == NL_UNIVERSAL || mode == NL_LF) {
        if (s->kind == 1) {
            const uint8_t *d = str_data(s), *p = start < s->len ? memchr(d + start, '\n', s->len - start) : NULL;
            return p ? p - d + 1 : -1;
        }
        for (size_t i = start; i < s->len; i++)
            if (str_char_at(s, i) == '\n') return (intptr_t)i + 1;
        return -1;
    }
    for (size_t i = start; i < s->len; i++) {
        uint32_t c = str_char_at(s, i);
        if (mode == NL_ANY) {
            if (c == '\n') return (intptr_t)i + 1;
            if (c == '\r') return i + 1 < s->len && str_char_at(s, i + 1) == '\n' ? (intptr_t)i + 2 : (intptr_t)i + 1;
        } else if (c == '\r' && (mode == NL_CR || (i + 1 < s->len && str_char_at(s, i + 1) == '\n'))) return (intptr_t)i + (mode == NL_CR ? 1 : 2);
    }
    return -1;
}

Value newline_replace_lf(Thread *th, Value str, Value with) {
    Str *s = AS(Str, str);
    if (line_end(s, 0, NL_LF) < 0) return new_ref(th, str);
    StrBuilder b;
    str_builder_init(&b, th);
    size_t start = 0;
    for (intptr_t e; (e = line_end(s, start, NL_LF)) >= 0; start = (size_t)e) {
        if ((size_t)e - 1 > start) str_builder_sub(&b, str, start, (size_t)e - 1);
        str_builder_str(&b, with);
    }
    if (s->len > start) str_builder_sub(&b, str, start, s->len);
    return str_builder_finish(&b);
}

int newline_mode(Thread *th, Value newline, int *mode, bool *translate, Value *write_nl) {
    *write_nl = NO_VALUE;
    *translate = false;
    if (newline == VALUE_NONE || !newline) {
        *mode = NL_UNIVERSAL;
        *translate = true;
        return 0;
    }
    if (!value_is_str(newline)) {
        raise_type_error(th, "newline must be str or None, not %T", newline);
        return -1;
    }
    Str *s = AS(Str, newline);
    if (s->len == 0) *mode = NL_ANY;
    else if (str_equal_cstr(newline, "\n")) *mode = NL_LF;
    else if (str_equal_cstr(newline, "\r")) *mode = NL_CR;
    else if (str_equal_cstr(newline, "\r\n")) *mode = NL_CRLF;
    else {
        raise_value_error(th, "illegal newline value: %R", newline);
        return -1;
    }
    if (*mode == NL_CR || *mode == NL_CRLF) *write_nl = new_ref(th, newline);
    return 0;
}

// ---- IncrementalNewlineDecoder

typedef struct NewlineDecoder { Object head; IoLock lock; Value decoder, errors; bool ok, translate, pending_cr; int seen; } NewlineDecoder; // [l] all

static Value nld_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    NewlineDecoder *d = object_new(th, type, 0);
    return d ? VALUE_OF(d) : NO_VALUE;
}
static int nld_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value out[3];
    IO_SELF(NewlineDecoder);
    if (native_args_bind(th, &sig, "IncrementalNewlineDecoder", "(decoder, translate, errors='strict')", args, nargs, kwnames, out) < 0) return -1;
    int t = object_truth(th, out[1]);
    if (t < 0) return -1;
    set_ref(th, &s->decoder, new_ref(th, out[0]));
    set_ref(th, &s->errors, out[2] ? new_ref(th, out[2]) : name_strict);
    s->translate = t;
    s->pending_cr = false;
    s->seen = 0;
    s->ok = true;
    return 0;
}
static bool nld_check(Thread *th, NewlineDecoder *s) {
    if (s->ok) return true;
    raise_value_error(th, "IncrementalNewlineDecoder.__init__() not called");
    return false;
}
static Value nld_meth_decode(Thread *th, Value self, Value *args) {
    IO_SELF(NewlineDecoder);
    if (!nld_check(th, s)) return NO_VALUE;
    int final = args[1] ? object_truth(th, args[1]) : 0;
    if (final < 0) return NO_VALUE;
    Value text = s->decoder == VALUE_NONE ? new_ref(th, args[0]) : call_method(th, s->decoder, io_name_decode, (Value[]){args[0], value_bool(final)}, 2);
    if (!text) return NO_VALUE;
    if (!value_is_str(text)) {
        raise_type_error(th, "decoder should return a string result, not '%T'", text);
        decref(th, text);
        return NO_VALUE;
    }
    Value r = newline_decode(th, text, s->translate, final, &s->pending_cr, &s->seen);
    decref(th, text);
    return r;
}
static Value nld_meth_getstate(Thread *th, Value self, Value *args) {
    IO_SELF(NewlineDecoder);
    if (!nld_check(th, s)) return NO_VALUE;
    Value buf = NO_VALUE;
    uint64_t flag = 0;
    if (s->decoder != VALUE_NONE) {
        Value st = call_method0(th, s->decoder, io_name_getstate);
        if (!st) return NO_VALUE;
        if (!value_is_tuple(st) || AS(Tuple, st)->len != 2 || !value_is_int(AS(Tuple, st)->items[1])) {
            decref(th, st);
            return raise_type_error(th, "illegal decoder state");
        }
        buf = new_ref(th, AS(Tuple, st)->items[0]);
        flag = int_as_u64_mask(AS(Tuple, st)->items[1]);
        decref(th, st);
    } else buf = bytes_new(th, "", 0);
    Value items[2] = {buf, int_from_u64(th, flag << 1 | s->pending_cr)};
    return tuple_from_owned(th, items, 2);
}
static Value nld_meth_setstate(Thread *th, Value self, Value *args) {
    IO_SELF(NewlineDecoder);
    if (!nld_check(th, s)) return NO_VALUE;
    if (!value_is_tuple(args[0])) return raise_type_error(th, "state argument must be a tuple");
    Tuple *t = AS(Tuple, args[0]);
    if (t->len != 2 || !value_is_int(t->items[1])) return raise_type_error(th, "illegal state argument");
    uint64_t flag = int_as_u64_mask(t->items[1]);
    s->pending_cr = flag & 1;
    if (s->decoder == VALUE_NONE) return VALUE_NONE;
    Value inner[2] = {new_ref(th, t->items[0]), int_from_u64(th, flag >> 1)}, st = tuple_from_owned(th, inner, 2);
    Value r = st ? call_method1(th, s->decoder, io_name_setstate, st) : NO_VALUE;
    decref(th, st);
    return r;
}
static Value nld_meth_reset(Thread *th, Value self, Value *args) {
    IO_SELF(NewlineDecoder);
    if (!nld_check(th, s)) return NO_VALUE;
    s->seen = 0;
    s->pending_cr = false;
    return s->decoder == VALUE_NONE ? VALUE_NONE : call_method0(th, s->decoder, io_name_reset);
}
static Value nld_get_newlines(Thread *th, Value self) { return nld_check(th, AS(NewlineDecoder, self)) ? newline_seen_value(th, AS(NewlineDecoder, self)->seen) : NO_VALUE; }
static void nld_dealloc(Thread *th, Object *o) {
    clear_ref(th, &((NewlineDecoder *)o)->decoder);
    clear_ref(th, &((NewlineDecoder *)o)->errors);
    object_release_attrs(th, o);
    object_free(th, o);
}
static int nld_traverse(Object *o, VisitFn visit, void *arg) {
    NewlineDecoder *d = (NewlineDecoder *)o;
    int r = d->decoder ? visit(d->decoder, arg) : 0;
    return r ? r : d->errors ? visit(d->errors, arg) : 0;
}
static const MethodDef nld_methods[] = {
    {"decode", "(self, /, input, final=False)", nld_meth_decode, NULL}, {"getstate", "(self, /)", nld_meth_getstate, NULL}, {"setstate", "(self, state, /)", nld_meth_setstate, NULL}, {"reset", "(self, /)", nld_meth_reset, NULL}, {0}
};
static const GetSetDef nld_getsets[] = { {"newlines", nld_get_newlines, NULL, NULL}, {0} };
TYPE_DEFINE(io_IncrementalNewlineDecoder, "_io.IncrementalNewlineDecoder", sizeof(NewlineDecoder), TYPE_TRACED | TYPE_BASETYPE, .text_signature = "(decoder, translate, errors='strict')", .methods = nld_methods, .getsets = nld_getsets,
            .doc = "Codec used when reading a file in universal newlines mode.", .slots = {.new_ = nld_slot_new, .init = nld_slot_init, .dealloc = nld_dealloc, .traverse = nld_traverse})
