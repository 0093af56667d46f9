// SPDX-License-Identifier: MIT
// _json: reading strings and values of JSON text. Writing is in _json_write.c. A Scanner is constant; the memory of keys belongs to one call.
#include <string.h>

#include "core/base/dtoa.h"
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

typedef struct Scanner {
    Object head;
    Value object_hook, object_pairs_hook, parse_float, parse_int, parse_constant; // [c]
    bool strict;                                                                 // [c]
} Scanner;

// One call of a scanner.
typedef struct Scan {
    Thread *th;
    const Scanner *scanner;
    Value text;
    const Str *s;
    size_t len;
    Dict *memo;       // keys seen: equal keys are one object
} Scan;

static Type type_json_scanner;

static uint32_t at(const Scan *c, size_t i) { return str_char_at(c->s, i); }

// Raises json.decoder.JSONDecodeError(msg, text, position).
static Value decode_error(Thread *th, const char *msg, Value text, intptr_t position) {
    Value cls = import_attr(th, "json.decoder", "JSONDecodeError"), m = cls ? str_from_cstr(th, msg) : NO_VALUE;
    Value e = m ? call3(th, cls, m, text, value_imm_int(position)) : NO_VALUE;
    if (e) raise_object(th, e, NO_VALUE);
    decref(th, e);
    decref(th, m);
    decref(th, cls);
    return NO_VALUE;
}

static int hex4(const Str *s, size_t i, size_t end) {
    if (i + 4 > end) return -1;
    int v = 0;
    for (size_t k = i; k < i + 4; k++) {
        uint32_t c = str_char_at(s, k);
        int d = c >= '0' && c <= '9' ? (int)c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' && c < 128 ? (int)(c | 32) - 'a' + 10 : -1;
        if (d < 0) return -1;
        v = v << 4 | d;
    }
    return v;
}

// The string whose opening quote is at end - 1. *next: behind the closing quote.
static Value scan_string(Thread *th, Value text, size_t end, bool strict, size_t *next) {
    const Str *s = AS(Str, text);
    size_t len = s->len, from = end, i = end;
    intptr_t begin = (intptr_t)end - 1;
    // Up to the first escape it is a piece of the text.
    uint32_t c = 0;
    if (s->kind == 1) {
        const uint8_t *p = str_data(s);
        while (i < len && p[i] != '"' && p[i] != '\\' && p[i] > 0x1F) i++;
    }
    for (; i < len; i++) {
        c = str_char_at(s, i);
        if (c == '"' || c == '\\') break;
        if (c <= 0x1F && strict) return decode_error(th, "Invalid control character at", text, (intptr_t)i);
    }
    if (i < len && c == '"') {
        *next = i + 1;
        return str_substring(th, text, from, i);
    }
    StrBuilder b;
    str_builder_init(&b, th);
    for (;;) {
        for (; i < len; i++) {
            c = str_char_at(s, i);
            if (c == '"' || c == '\\') break;
            if (c <= 0x1F && strict) {
                str_builder_abort(&b);
                return decode_error(th, "Invalid control character at", text, (intptr_t)i);
            }
        }
        if (i >= len) goto unterminated;
        if (i > from) str_builder_sub(&b, text, from, i);
        i++;
        if (c == '"') {
            *next = i;
            return str_builder_finish(&b);
        }
        if (i >= len) goto unterminated;
        c = str_char_at(s, i);
        if (c != 'u') {
            i++;
            static const char from_chars[] = "\"\\/bfnrt", to_chars[] = "\"\\/\b\f\n\r\t";
            const char *p = c && c < 128 ? strchr(from_chars, (int)c) : NULL;
            if (!p) {
                str_builder_abort(&b);
                return decode_error(th, "Invalid \\escape", text, (intptr_t)i - 2);
            }
            str_builder_char(&b, (uint8_t)to_chars[p - from_chars]);
        } else {
            i++;
            int v = hex4(s, i, len);
            if (v < 0) {
                str_builder_abort(&b);
                return decode_error(th, "Invalid \\uXXXX escape", text, (intptr_t)i - 1);
            }
            i += 4;
            uint32_t cp = (uint32_t)v;
            if (cp >= 0xD800 && cp <= 0xDBFF && i + 6 <= len && str_char_at(s, i) == '\\' && str_char_at(s, i + 1) == 'u') {
                int low = hex4(s, i + 2, len);
                if (low < 0) {
                    str_builder_abort(&b);
                    return decode_error(th, "Invalid \\uXXXX escape", text, (intptr_t)i + 1);
                }
                if (low >= 0xDC00 && low <= 0xDFFF) {
                    cp = 0x10000 + ((cp - 0xD800) << 10) + ((uint32_t)low - 0xDC00);
                    i += 6;
                }
            }
            str_builder_char(&b, cp);
        }
        from = i;
    }
unterminated:
    str_builder_abort(&b);
    return decode_error(th, "Unterminated string starting at", text, begin);
}

static Value json_fn_scanstring(Thread *th, Value self, Value *args) {
    if (!value_is_str(args[0])) return raise_type_error(th, "first argument must be a string, not %T", args[0]);
    intptr_t end = number_as_ssize(th, args[1], &exc_OverflowError);
    if (end == -1 && error_pending(th)) return NO_VALUE;
    int strict = args[2] ? object_truth(th, args[2]) : 1;
    if (strict < 0) return NO_VALUE;
    if (end < 0 || (size_t)end > AS(Str, args[0])->len) return raise_value_error(th, "end is out of bounds");
    size_t next;
    Value r = scan_string(th, args[0], (size_t)end, strict, &next);
    if (!r) return NO_VALUE;
    Value v[2] = {r, value_imm_int((int64_t)next)};
    return tuple_from_owned(th, v, 2);
}

// ---- values -------------------------------------------------------------------------------------------------------------------------

static Value scan_value(Scan *c, size_t i, size_t *next);

static size_t skip_space(const Scan *c, size_t i) {
    while (i < c->len) {
        uint32_t ch = at(c, i);
        if (ch != ' ' && ch != '\t' && ch != '\n' && ch != '\r') break;
        i++;
    }
    return i;
}

static Value scan_array(Scan *c, size_t i, size_t *next) {
    Thread *th = c->th;
    Value list = list_new(th, 0);
    if (!list) return NO_VALUE;
    i = skip_space(c, i);
    if (i < c->len && at(c, i) == ']') {
        *next = i + 1;
        return list;
    }
    for (;;) {
        Value v = scan_value(c, i, &i);
        if (!v || list_append_owned(th, AS(List, list), v) < 0) goto fail;
        i = skip_space(c, i);
        if (i < c->len && at(c, i) == ']') break;
        if (i >= c->len || at(c, i) != ',') {
            decode_error(th, "Expecting ',' delimiter", c->text, (intptr_t)i);
            goto fail;
        }
        size_t comma = i;
        i = skip_space(c, i + 1);
        if (i < c->len && at(c, i) == ']') {
            decode_error(th, "Illegal trailing comma before end of array", c->text, (intptr_t)comma);
            goto fail;
        }
    }
    *next = i + 1;
    return list;
fail:
    decref(th, list);
    return NO_VALUE;
}

// The key's one object. Takes over and returns a reference.
static Value memo_key(Scan *c, Value key) {
    Value first;
    int r = dict_setdefault(c->th, c->memo, key, key, &first);
    decref(c->th, key);
    return r < 0 ? NO_VALUE : first;
}

static Value scan_object(Scan *c, size_t i, size_t *next) {
    Thread *th = c->th;
    bool pairs = c->scanner->object_pairs_hook != VALUE_NONE;
    Value out = pairs ? list_new(th, 0) : dict_new(th);
    if (!out) return NO_VALUE;
    i = skip_space(c, i);
    if (i < c->len && at(c, i) == '}') i++;
    else for (;;) {
        if (i >= c->len || at(c, i) != '"') {
            decode_error(th, "Expecting property name enclosed in double quotes", c->text, (intptr_t)i);
            goto fail;
        }
        Value key = scan_string(th, c->text, i + 1, c->scanner->strict, &i);
        if (!key || !(key = memo_key(c, key))) goto fail;
        i = skip_space(c, i);
        if (i >= c->len || at(c, i) != ':') {
            decref(th, key);
            decode_error(th, "Expecting ':' delimiter", c->text, (intptr_t)i);
            goto fail;
        }
        i = skip_space(c, i + 1);
        Value v = scan_value(c, i, &i);
        if (!v) {
            decref(th, key);
            goto fail;
        }
        int bad;
        if (pairs) {
            Value kv[2] = {key, v}, t = tuple_from_owned(th, kv, 2);
            bad = t ? list_append_owned(th, AS(List, out), t) : -1;
        } else {
            bad = dict_set(th, AS(Dict, out), key, v);
            decref(th, key);
            decref(th, v);
        }
        if (bad < 0) goto fail;
        i = skip_space(c, i);
        if (i < c->len && at(c, i) == '}') {
            i++;
            break;
        }
        if (i >= c->len || at(c, i) != ',') {
            decode_error(th, "Expecting ',' delimiter", c->text, (intptr_t)i);
            goto fail;
        }
        size_t comma = i;
        i = skip_space(c, i + 1);
        if (i < c->len && at(c, i) == '}') {
            decode_error(th, "Illegal trailing comma before end of object", c->text, (intptr_t)comma);
            goto fail;
        }
    }
    *next = i;
    Value hook = pairs ? c->scanner->object_pairs_hook : c->scanner->object_hook;
    if (hook == VALUE_NONE) return out;
    Value r = call1(th, hook, out);
    decref(th, out);
    return r;
fail:
    decref(th, out);
    return NO_VALUE;
}

static bool matches(const Scan *c, size_t i, const char *word) {
    size_t n = strlen(word);
    if (i + n > c->len) return false;
    for (size_t k = 0; k < n; k++)
        if (at(c, i + k) != (uint8_t)word[k]) return false;
    return true;
}
static bool digit_at(const Scan *c, size_t i) { return i < c->len && at(c, i) >= '0' && at(c, i) <= '9'; }

static Value scan_number(Scan *c, size_t start, size_t *next) {
    Thread *th = c->th;
    size_t i = start;
    if (at(c, i) == '-') i++;
    if (!digit_at(c, i)) return raise_stop_iteration(th, value_imm_int((int64_t)start));
    if (at(c, i) == '0') i++;
    else while (digit_at(c, i)) i++;
    bool is_float = false;
    if (i + 1 < c->len && at(c, i) == '.' && digit_at(c, i + 1)) {
        is_float = true;
        for (i += 2; digit_at(c, i);) i++;
    }
    if (i + 1 < c->len && (at(c, i) == 'e' || at(c, i) == 'E')) {
        size_t e = i + 1;
        if (e + 1 < c->len && (at(c, e) == '-' || at(c, e) == '+')) e++;
        if (digit_at(c, e)) {
            while (digit_at(c, e)) e++;
            is_float = true;
            i = e;
        }
    }
    *next = i;
    Value hook = is_float ? c->scanner->parse_float : c->scanner->parse_int;
    bool own = hook == VALUE_OF(is_float ? &type_float : &type_int);
    size_t n = i - start;
    if (!own || n > 200) {
        Value text = str_substring(th, c->text, start, i), r = text ? call1(th, hook, text) : NO_VALUE;
        decref(th, text);
        return r;
    }
    char buf[201] = "";
    for (size_t k = 0; k < n; k++) buf[k] = (char)at(c, start + k);
    if (!is_float) {
        if (n <= 18) {
            int64_t v = 0;
            for (size_t k = buf[0] == '-'; k < n; k++) v = v * 10 + (buf[k] - '0');
            return value_imm_int(buf[0] == '-' ? -v : v);
        }
        return int_from_text(th, buf, n, 10);
    }
    double d;
    if (double_parse(buf, n, &d) < 0) return raise_value_error(th, "could not convert string to float: '%.*s'", (int)n, buf);
    return float_from_double(th, d);
}

static Value constant(Scan *c, const char *word, size_t i, size_t *next) {
    Value name = str_from_cstr(c->th, word), r = name ? call1(c->th, c->scanner->parse_constant, name) : NO_VALUE;
    decref(c->th, name);
    *next = i + strlen(word);
    return r;
}

static Value scan_value(Scan *c, size_t i, size_t *next) {
    Thread *th = c->th;
    if (i >= c->len) return raise_stop_iteration(th, value_imm_int((int64_t)i));
    switch (at(c, i)) {
    case '"': return scan_string(th, c->text, i + 1, c->scanner->strict, next);
    case '{': case '[': {
        bool object = at(c, i) == '{';
        if (thread_c_recursion(th, object ? " while decoding a JSON object from a unicode string" : " while decoding a JSON array from a unicode string") < 0) return NO_VALUE;
        return object ? scan_object(c, i + 1, next) : scan_array(c, i + 1, next);
    }
    case 'n': if (matches(c, i, "null")) { *next = i + 4; return VALUE_NONE; } break;
    case 't': if (matches(c, i, "true")) { *next = i + 4; return VALUE_TRUE; } break;
    case 'f': if (matches(c, i, "false")) { *next = i + 5; return VALUE_FALSE; } break;
    case 'N': if (matches(c, i, "NaN")) return constant(c, "NaN", i, next); break;
    case 'I': if (matches(c, i, "Infinity")) return constant(c, "Infinity", i, next); break;
    case '-': if (matches(c, i, "-Infinity")) return constant(c, "-Infinity", i, next); break;
    }
    uint32_t ch = at(c, i);
    if (ch == '-' || (ch >= '0' && ch <= '9')) return scan_number(c, i, next);
    return raise_stop_iteration(th, value_imm_int((int64_t)i));
}

// ---- Scanner ------------------------------------------------------------------------------------------------------------------------

static Value scanner_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value ctx;
    if (native_args_bind(th, &sig, "make_scanner", "(context)", args, nargs, kwnames, &ctx) < 0) return NO_VALUE;
    Scanner *s = NEW(Scanner, th, type);
    if (!s) return NO_VALUE;
    Value strict = object_getattr_cstr(th, ctx, "strict");
    int truth = strict ? object_truth(th, strict) : -1;
    decref(th, strict);
    s->strict = truth > 0;
    if (truth < 0 || !(s->object_hook = object_getattr_cstr(th, ctx, "object_hook")) || !(s->object_pairs_hook = object_getattr_cstr(th, ctx, "object_pairs_hook")) ||
        !(s->parse_float = object_getattr_cstr(th, ctx, "parse_float")) || !(s->parse_int = object_getattr_cstr(th, ctx, "parse_int")) ||
        !(s->parse_constant = object_getattr_cstr(th, ctx, "parse_constant"))) {
        decref(th, VALUE_OF(s));
        return NO_VALUE;
    }
    return VALUE_OF(s);
}

static Value scanner_slot_call(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value a[2];
    if (native_args_bind(th, &sig, "scan_once", "(string, idx)", args, nargs, kwnames, a) < 0) return NO_VALUE;
    intptr_t i = number_as_ssize(th, a[1], &exc_OverflowError);
    if (i == -1 && error_pending(th)) return NO_VALUE;
    if (!value_is_str(a[0])) return raise_type_error(th, "first argument must be a string, not %T", a[0]);
    if (i < 0) return raise_value_error(th, "idx cannot be negative");
    Value memo = dict_new(th);
    if (!memo) return NO_VALUE;
    Scan c = {th, AS(Scanner, self), a[0], AS(Str, a[0]), AS(Str, a[0])->len, AS(Dict, memo)};
    size_t next = 0;
    Value v = scan_value(&c, (size_t)i, &next);
    decref(th, memo);
    if (!v) return NO_VALUE;
    Value out[2] = {v, value_imm_int((int64_t)next)};
    return tuple_from_owned(th, out, 2);
}

static int scanner_traverse(Object *self, VisitFn visit, void *arg) {
    Scanner *s = (Scanner *)self;
    Value v[5] = {s->object_hook, s->object_pairs_hook, s->parse_float, s->parse_int, s->parse_constant};
    for (int i = 0; i < 5; i++) {
        int r = v[i] ? visit(v[i], arg) : 0;
        if (r) return r;
    }
    return 0;
}
static void scanner_clear(Thread *th, Object *self) {
    Scanner *s = (Scanner *)self;
    Value *v[5] = {&s->object_hook, &s->object_pairs_hook, &s->parse_float, &s->parse_int, &s->parse_constant};
    for (int i = 0; i < 5; i++) set_ref(th, v[i], VALUE_NONE); // it may still be called by a finalizer
}
static void scanner_dealloc(Thread *th, Object *self) {
    Scanner *s = (Scanner *)self;
    decref(th, s->object_hook);
    decref(th, s->object_pairs_hook);
    decref(th, s->parse_float);
    decref(th, s->parse_int);
    decref(th, s->parse_constant);
    object_release_attrs(th, self);
    object_free(th, self);
}

static const MemberDef scanner_members[] = {
    {"strict", offsetof(Scanner, strict), MEMBER_BOOL8 | MEMBER_READONLY, "strict"},
    {"object_hook", offsetof(Scanner, object_hook), MEMBER_VALUE | MEMBER_READONLY, "object_hook"},
    {"object_pairs_hook", offsetof(Scanner, object_pairs_hook), MEMBER_VALUE | MEMBER_READONLY, NULL},
    {"parse_float", offsetof(Scanner, parse_float), MEMBER_VALUE | MEMBER_READONLY, "parse_float"},
    {"parse_int", offsetof(Scanner, parse_int), MEMBER_VALUE | MEMBER_READONLY, "parse_int"},
    {"parse_constant", offsetof(Scanner, parse_constant), MEMBER_VALUE | MEMBER_READONLY, "parse_constant"},
    {0},
};
MODULE_TYPE_DEFINE(json_scanner, "_json.Scanner", sizeof(Scanner), TYPE_BASETYPE | TYPE_TRACED, .members = scanner_members, .doc = "JSON scanner object",
                   .slots = {.new_ = scanner_slot_new, .call = scanner_slot_call, .traverse = scanner_traverse, .clear = scanner_clear, .dealloc = scanner_dealloc})

static const MethodDef json_functions[] = {
    {"encode_basestring", "(string, /)", json_fn_encode_basestring, "encode_basestring(string) -> string\n\nReturn a JSON representation of a Python string", METH_NO_TEXT_SIG},
    {"encode_basestring_ascii", "(string, /)", json_fn_encode_basestring_ascii, "encode_basestring_ascii(string) -> string\n\nReturn an ASCII-only JSON representation of a Python string", METH_NO_TEXT_SIG},
    {"scanstring", "(string, end, strict=True, /)", json_fn_scanstring, "scanstring(string, end, strict=True) -> (string, end)\n\nReads the JSON string whose opening quote is before `end` and\nreturns it with the index behind its closing quote.", METH_NO_TEXT_SIG},
    {0},
};

static int json_exec(Thread *th, Value module) {
    if (type_ready(th, &type_json_scanner) < 0 || module_add(th, module, "make_scanner", VALUE_OF(&type_json_scanner)) < 0) return -1;
    return json_add_encoder(th, module);
}

const ModuleDef module__json = {"_json", "json speedups\n", json_functions, json_exec};
