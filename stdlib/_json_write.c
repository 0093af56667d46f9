// SPDX-License-Identifier: MIT
// _json: writing. An Encoder is constant; each call builds its text in a StrBuilder of its own.
#include <math.h>
#include <string.h>

#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/dict.h"
#include "core/object/float.h"
#include "core/object/int.h"
#include "core/object/list.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "stdlib/_json_int.h"

typedef struct Encoder {
    Object head;
    Value markers, default_, encoder, indent, key_separator, item_separator; // [c]
    bool sort_keys, skipkeys, allow_nan;                                      // [c]
    uint8_t fast; // [c] which of our own functions `encoder` is: 1 plain, 2 ASCII, 0 neither
} Encoder;
static Type type_json_encoder;

// ---- strings ------------------------------------------------------------------------------------------------------------------------

static void write_escape(StrBuilder *b, uint32_t c) {
    static const char names[] = "\"\\\b\f\n\r\t", codes[] = "\"\\bfnrt";
    const char *p = c && c < 128 ? strchr(names, (int)c) : NULL;
    char out[6] = {'\\', 'u', "0123456789abcdef"[c >> 12 & 15], "0123456789abcdef"[c >> 8 & 15], "0123456789abcdef"[c >> 4 & 15], "0123456789abcdef"[c & 15]};
    if (p) out[1] = codes[p - names];
    str_builder_ascii(b, out, p ? 2 : 6);
}

static void write_string(StrBuilder *b, Value text, bool ascii) {
    const Str *s = AS(Str, text);
    size_t from = 0;
    str_builder_char(b, '"');
    for (size_t i = 0; i < s->len; i++) {
        uint32_t c = str_char_at(s, i);
        if (LIKELY(c >= ' ' && c != '"' && c != '\\' && (!ascii || c < 127))) continue;
        if (i > from) str_builder_sub(b, text, from, i);
        from = i + 1;
        if (c > 0xFFFF) {
            write_escape(b, 0xD800 + ((c - 0x10000) >> 10));
            write_escape(b, 0xDC00 + ((c - 0x10000) & 0x3FF));
        } else write_escape(b, c);
    }
    if (s->len > from) str_builder_sub(b, text, from, s->len);
    str_builder_char(b, '"');
}

static Value encode(Thread *th, Value v, bool ascii) {
    if (!value_is_str(v)) return raise_type_error(th, "first argument must be a string, not %T", v);
    StrBuilder b;
    str_builder_init(&b, th);
    write_string(&b, v, ascii);
    return str_builder_finish(&b);
}
Value json_fn_encode_basestring(Thread *th, Value self, Value *args) { return encode(th, args[0], false); }
Value json_fn_encode_basestring_ascii(Thread *th, Value self, Value *args) { return encode(th, args[0], true); }

// ---- values -------------------------------------------------------------------------------------------------------------------------

typedef struct Write { Thread *th; const Encoder *e; StrBuilder b; intptr_t level; } Write;

static int write_value(Write *w, Value v);

static int write_encoded(Write *w, Value text) {
    const Encoder *e = w->e;
    if (e->fast) {
        write_string(&w->b, text, e->fast == 2);
        return 0;
    }
    Value r = call1(w->th, e->encoder, text);
    if (!r) return -1;
    if (!value_is_str(r)) {
        raise_type_error(w->th, "encoder() must return a string, not %T", r);
        decref(w->th, r);
        return -1;
    }
    str_builder_str(&w->b, r);
    decref(w->th, r);
    return 0;
}

// A float's text, or NO_VALUE with ValueError.
static Value float_text(Thread *th, const Encoder *e, Value v) {
    double d = float_value(v);
    if (isfinite(d)) return float_repr(th, d);
    if (!e->allow_nan) return raise_value_error(th, "Out of range float values are not JSON compliant: %R", v);
    return str_from_cstr(th, isnan(d) ? "NaN" : d > 0 ? "Infinity" : "-Infinity");
}
static int write_owned(Write *w, Value text) {
    if (!text) return -1;
    str_builder_str(&w->b, text);
    decref(w->th, text);
    return 0;
}
// int.__repr__ whatever a subclass says.
static Value int_text(Thread *th, Value v) { return int_to_str(th, v, 10, false); }

static int newline(Write *w) {
    if (w->e->indent == VALUE_NONE) return 0;
    str_builder_char(&w->b, '\n');
    for (intptr_t i = 0; i < w->level; i++) str_builder_str(&w->b, w->e->indent);
    return 0;
}

// Containers in progress, by address. 0 or -1; *key is the mark to take away, or NO_VALUE.
static int mark(Write *w, Value v, Value *key) {
    Thread *th = w->th;
    *key = NO_VALUE;
    if (w->e->markers == VALUE_NONE) return 0;
    if (!(*key = int_from_u64(th, (uintptr_t)v))) return -1;
    Dict *d = AS(Dict, w->e->markers);
    int has = dict_contains(th, d, *key);
    if (has == 0 && dict_set(th, d, *key, v) == 0) return 0;
    if (has > 0) raise_value_error(th, "Circular reference detected");
    clear_ref(th, key);
    return -1;
}
static int unmark(Write *w, Value key) {
    if (!key) return 0;
    int r = dict_delete(w->th, AS(Dict, w->e->markers), key);
    decref(w->th, key);
    return r < 0 ? -1 : 0;
}

// seq: what v has, exactly a list or tuple.
static int write_items(Write *w, Value v, Value seq) {
    Thread *th = w->th;
    bool tuple = value_is_tuple(seq);
    if ((tuple ? AS(Tuple, seq)->len : list_len(AS(List, seq))) == 0) {
        str_builder_ascii(&w->b, "[]", 2);
        return 0;
    }
    Value key;
    int r = mark(w, v, &key);
    if (r < 0) return -1;
    str_builder_char(&w->b, '[');
    w->level++;
    newline(w);
    // Python code may shorten the list meanwhile.
    for (size_t i = 0; r == 0 && i < (tuple ? AS(Tuple, seq)->len : list_len(AS(List, seq))); i++) {
        Value item = tuple ? new_ref(th, AS(Tuple, seq)->items[i]) : list_get(th, AS(List, seq), (intptr_t)i);
        if (!item) {
            if (error_clear_if(th, &exc_IndexError)) break;
            r = -1;
            break;
        }
        if (i) {
            str_builder_str(&w->b, w->e->item_separator);
            newline(w);
        }
        if ((r = write_value(w, item)) < 0) {
            error_note(th, "when serializing %N item %zu", type_of(v), i);
        }
        decref(th, item);
    }
    if (r < 0) {
        decref(th, key);
        return -1;
    }
    w->level--;
    newline(w);
    str_builder_char(&w->b, ']');
    return unmark(w, key);
}

// Subclasses have what iterating over them gives.
static int write_list(Write *w, Value v) {
    if (value_is_exact_list(v) || value_is_exact_tuple(v)) return write_items(w, v, v);
    Value it = object_iter(w->th, v), seq = it ? sequence_to_list(w->th, it) : NO_VALUE;
    int r = seq ? write_items(w, v, seq) : -1;
    decref(w->th, it);
    decref(w->th, seq);
    return r;
}

// The text of a key: new Str; NO_VALUE without an exception: to be skipped.
static Value key_text(Write *w, Value k) {
    Thread *th = w->th;
    if (value_is_str(k)) return new_ref(th, k);
    if (value_is_float(k)) return float_text(th, w->e, k);
    if (k == VALUE_TRUE) return str_from_cstr(th, "true");
    if (k == VALUE_FALSE) return str_from_cstr(th, "false");
    if (k == VALUE_NONE) return str_from_cstr(th, "null");
    if (value_is_int(k)) return int_text(th, k);
    if (w->e->skipkeys) return NO_VALUE;
    return raise_type_error(th, "keys must be str, int, float, bool or None, not %T", k);
}

static int write_dict(Write *w, Value v) {
    Thread *th = w->th;
    if (dict_len(AS(Dict, v)) == 0) {   // whatever a subclass says
        str_builder_ascii(&w->b, "{}", 2);
        return 0;
    }
    Value key, items;
    if (mark(w, v, &key) < 0) return -1;
    int r = -1;
    if (value_is_exact_dict(v)) items = dict_items_list(th, AS(Dict, v));
    else {
        Value m = mapping_items(th, v);
        items = m ? sequence_to_list(th, m) : NO_VALUE;
        decref(th, m);
    }
    if (!items || (w->e->sort_keys && list_sort(th, items, VALUE_NONE, false) < 0)) goto done;
    str_builder_char(&w->b, '{');
    w->level++;
    bool first = true;
    List *l = AS(List, items);
    r = 0;
    for (size_t i = 0; i < list_len(l) && r == 0; i++) {
        Value pair = list_get(th, l, (intptr_t)i);
        if (!pair) { r = -1; break; }
        if (!value_is_tuple(pair) || AS(Tuple, pair)->len != 2) {
            raise_value_error(th, "items must return 2-tuples");
            decref(th, pair);
            r = -1;
            break;
        }
        Value k = AS(Tuple, pair)->items[0], text = key_text(w, k);
        if (!text) r = error_pending(th) ? -1 : 0;
        else {
            if (first) newline(w);
            else {
                str_builder_str(&w->b, w->e->item_separator);
                newline(w);
            }
            first = false;
            r = write_encoded(w, text);
            decref(th, text);
            if (r == 0) {
                str_builder_str(&w->b, w->e->key_separator);
                if ((r = write_value(w, AS(Tuple, pair)->items[1])) < 0) {
                    error_note(th, "when serializing %N item %R", type_of(v), k);
                }
            }
        }
        decref(th, pair);
    }
    if (r == 0) {
        w->level--;
        if (!first) newline(w);
        str_builder_char(&w->b, '}');
    }
done:
    decref(th, items);
    if (r == 0) return unmark(w, key);
    decref(th, key);
    return -1;
}

static int write_value(Write *w, Value v) {
    Thread *th = w->th;
    if (w->b.failed) return -1;
    if (v == VALUE_NONE) { str_builder_ascii(&w->b, "null", 4); return 0; }
    if (v == VALUE_TRUE) { str_builder_ascii(&w->b, "true", 4); return 0; }
    if (v == VALUE_FALSE) { str_builder_ascii(&w->b, "false", 5); return 0; }
    if (value_is_str(v)) return write_encoded(w, v);
    if (value_is_int(v)) {
        if (value_is_imm_int(v)) { str_builder_int(&w->b, value_imm_int_get(v)); return 0; }
        return write_owned(w, int_text(th, v));
    }
    if (value_is_float(v)) return write_owned(w, float_text(th, w->e, v));
    if (value_is_list(v) || value_is_tuple(v) || value_is_dict(v)) {
        if (thread_c_recursion(th, " while encoding a JSON object") < 0) return -1;
        return value_is_dict(v) ? write_dict(w, v) : write_list(w, v);
    }
    Value key;
    if (mark(w, v, &key) < 0) return -1;
    Value other = call1(th, w->e->default_, v);
    int r = -1;
    if (other && thread_c_recursion(th, " while encoding a JSON object") == 0 && (r = write_value(w, other)) < 0) {
        error_note(th, "when serializing %N object", type_of(v));
    }
    decref(th, other);
    if (r == 0) return unmark(w, key);
    decref(th, key);
    return -1;
}

// ---- Encoder ------------------------------------------------------------------------------------------------------------------------

static uint8_t own_encoder(Value f) {
    if (!value_is_exact(f, &type_builtin_function)) return 0;
    void *fn = AS(BuiltinFunction, f)->def->fn;
    return fn == (void *)json_fn_encode_basestring ? 1 : fn == (void *)json_fn_encode_basestring_ascii ? 2 : 0;
}

static Value encoder_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value a[9];
    if (native_args_bind(th, &sig, "make_encoder", "(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)", args, nargs, kwnames, a) < 0)
        return NO_VALUE;
    if (a[0] != VALUE_NONE && !value_is_dict(a[0])) return raise_type_error(th, "make_encoder() argument 1 must be dict or None, not %T", a[0]);
    for (int i = 4; i < 6; i++)
        if (!value_is_str(a[i])) return raise_type_error(th, "make_encoder() argument %d must be str, not %T", i + 1, a[i]);
    if (a[3] != VALUE_NONE && !value_is_str(a[3])) return raise_type_error(th, "make_encoder() argument 4 must be str or None, not %T", a[3]);
    int truth[3];
    for (int i = 0; i < 3; i++)
        if ((truth[i] = object_truth(th, a[6 + i])) < 0) return NO_VALUE;
    Encoder *e = NEW(Encoder, th, type);
    if (!e) return NO_VALUE;
    Value *fields[6] = {&e->markers, &e->default_, &e->encoder, &e->indent, &e->key_separator, &e->item_separator};
    for (int i = 0; i < 6; i++) *fields[i] = new_ref(th, a[i]);
    e->sort_keys = truth[0];
    e->skipkeys = truth[1];
    e->allow_nan = truth[2];
    e->fast = own_encoder(e->encoder);
    return VALUE_OF(e);
}

static Value encoder_slot_call(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value a[2];
    if (native_args_bind(th, &sig, "_iterencode", "(obj, _current_indent_level)", args, nargs, kwnames, a) < 0) return NO_VALUE;
    intptr_t level = number_as_ssize(th, a[1], &exc_OverflowError);
    if (level == -1 && error_pending(th)) return NO_VALUE;
    Write w = {.th = th, .e = AS(Encoder, self), .level = level < 0 ? 0 : level};
    str_builder_init(&w.b, th);
    if (write_value(&w, a[0]) < 0) {
        str_builder_abort(&w.b);
        if (!error_pending(th)) raise_memory_error(th);
        return NO_VALUE;
    }
    Value text = str_builder_finish(&w.b);
    return text ? tuple_from_owned(th, &text, 1) : NO_VALUE;
}

static int encoder_traverse(Object *self, VisitFn visit, void *arg) {
    Encoder *e = (Encoder *)self;
    Value v[6] = {e->markers, e->default_, e->encoder, e->indent, e->key_separator, e->item_separator};
    for (int i = 0; i < 6; i++) {
        int r = v[i] ? visit(v[i], arg) : 0;
        if (r) return r;
    }
    return 0;
}
static void encoder_clear(Thread *th, Object *self) { // what can be part of a cycle; the rest keeps it usable
    Encoder *e = (Encoder *)self;
    set_ref(th, &e->default_, VALUE_NONE);
    set_ref(th, &e->markers, VALUE_NONE);
    e->fast = e->fast ? e->fast : 2;
    set_ref(th, &e->encoder, VALUE_NONE);
}
static void encoder_dealloc(Thread *th, Object *self) {
    Encoder *e = (Encoder *)self;
    decref(th, e->markers);
    decref(th, e->default_);
    decref(th, e->encoder);
    decref(th, e->indent);
    decref(th, e->key_separator);
    decref(th, e->item_separator);
    object_release_attrs(th, self);
    object_free(th, self);
}
static const MemberDef encoder_members[] = {
    {"markers", offsetof(Encoder, markers), MEMBER_VALUE | MEMBER_READONLY, "markers"},
    {"default", offsetof(Encoder, default_), MEMBER_VALUE | MEMBER_READONLY, "default"},
    {"encoder", offsetof(Encoder, encoder), MEMBER_VALUE | MEMBER_READONLY, "encoder"},
    {"indent", offsetof(Encoder, indent), MEMBER_VALUE | MEMBER_READONLY, "indent"},
    {"key_separator", offsetof(Encoder, key_separator), MEMBER_VALUE | MEMBER_READONLY, "key_separator"},
    {"item_separator", offsetof(Encoder, item_separator), MEMBER_VALUE | MEMBER_READONLY, "item_separator"},
    {"sort_keys", offsetof(Encoder, sort_keys), MEMBER_BOOL8 | MEMBER_READONLY, "sort_keys"},
    {"skipkeys", offsetof(Encoder, skipkeys), MEMBER_BOOL8 | MEMBER_READONLY, "skipkeys"},
    {0},
};
MODULE_TYPE_DEFINE(json_encoder, "_json.Encoder", sizeof(Encoder), TYPE_BASETYPE | TYPE_TRACED, .members = encoder_members,
                   .doc = "Encoder(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)",
                   .slots = {.new_ = encoder_slot_new, .call = encoder_slot_call, .traverse = encoder_traverse, .clear = encoder_clear, .dealloc = encoder_dealloc})

int json_add_encoder(Thread *th, Value module) {
    return type_ready(th, &type_json_encoder) < 0 ? -1 : module_add(th, module, "make_encoder", VALUE_OF(&type_json_encoder));
}
