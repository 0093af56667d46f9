// SPDX-License-Identifier: MIT
// UnicodeEncodeError, UnicodeDecodeError, UnicodeTranslateError: their five (four) fields and what str() makes of them.
#include "core/object/exception_int.h"

#include <stdio.h>

#include "core/object/abstract.h"
#include "core/object/buffer.h"
#include "core/object/bytes.h"
#include "core/object/call.h"
#include "core/object/container_inl.h"
#include "core/object/int.h"
#include "core/object/str.h"
#include "core/object/tuple.h"

// Arguments [encoding,] object, start, end, reason. object_str: object must be a str, else a buffer.
static int unicode_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames, bool has_encoding, bool object_str) {
    if (exception_slot_init(th, self, args, nargs, kwnames)) return -1;
    size_t want = has_encoding ? 5 : 4, at = 0;
    if (nargs != want) {
        raise_type_error(th, "function takes exactly %zu arguments (%zu given)", want, nargs);
        return -1;
    }
    Value encoding = has_encoding ? args[at++] : NO_VALUE, object = args[at++];
    if (encoding && !value_is_str(encoding)) {
        raise_type_error(th, "argument 1 must be str, not %T", encoding);
        return -1;
    }
    if (object_str && !value_is_str(object)) {
        raise_type_error(th, "argument %zu must be str, not %T", at, object);
        return -1;
    }
    intptr_t start = number_as_ssize(th, args[at++], &exc_OverflowError);
    if (start == -1 && error_pending(th)) return -1;
    intptr_t end = number_as_ssize(th, args[at++], &exc_OverflowError);
    if (end == -1 && error_pending(th)) return -1;
    if (!value_is_str(args[at])) {
        raise_type_error(th, "argument %zu must be str, not %T", at + 1, args[at]);
        return -1;
    }
    Value hold = NO_VALUE;
    if (!object_str && !value_is_bytes(object)) {
        Buffer b;
        if (buffer_get(th, object, &b, BUF_SIMPLE)) return -1;
        hold = buffer_to_bytes(th, &b);
        buffer_release(th, &b);
        if (hold == NO_VALUE) return -1;
        object = hold;
    }
    exception_set_field(th, self, EXC_UNI_ENCODING, encoding);
    exception_set_field(th, self, EXC_UNI_OBJECT, object);
    exception_set_field(th, self, EXC_UNI_START, value_imm_int(start));
    exception_set_field(th, self, EXC_UNI_END, value_imm_int(end));
    exception_set_field(th, self, EXC_UNI_REASON, args[at]);
    decref(th, hold);
    return 0;
}
int exc_init_encode(Thread *th, Value self, const Value *a, size_t n, Value kw) { return unicode_init(th, self, a, n, kw, true, true); }
int exc_init_decode(Thread *th, Value self, const Value *a, size_t n, Value kw) { return unicode_init(th, self, a, n, kw, true, false); }
int exc_init_translate(Thread *th, Value self, const Value *a, size_t n, Value kw) { return unicode_init(th, self, a, n, kw, false, true); }

typedef struct Fields { Value v[5]; Value encoding, reason; int64_t start, end; } Fields;

// False (and an empty text) when the instance was never initialised. The fields may have been set to anything since.
static bool fields_get(Thread *th, Value self, Fields *f) {
    for (unsigned i = 0; i < 5; i++) f->v[i] = exception_field(th, self, i);
    f->encoding = f->reason = NO_VALUE;
    f->start = f->v[EXC_UNI_START] && value_is_imm_int(f->v[EXC_UNI_START]) ? value_imm_int_get(f->v[EXC_UNI_START]) : 0;
    f->end = f->v[EXC_UNI_END] && value_is_imm_int(f->v[EXC_UNI_END]) ? value_imm_int_get(f->v[EXC_UNI_END]) : 0;
    return f->v[EXC_UNI_OBJECT] != NO_VALUE;
}
static void fields_free(Thread *th, Fields *f) {
    for (unsigned i = 0; i < 5; i++) decref(th, f->v[i]);
    decref(th, f->encoding);
    decref(th, f->reason);
}
static bool texts_get(Thread *th, Value self, Fields *f, bool with_encoding, bool bytes) {
    f->reason = object_str(th, f->v[EXC_UNI_REASON] ? f->v[EXC_UNI_REASON] : VALUE_NONE);
    if (with_encoding && f->reason) f->encoding = object_str(th, f->v[EXC_UNI_ENCODING] ? f->v[EXC_UNI_ENCODING] : VALUE_NONE);
    if (!f->reason || (with_encoding && !f->encoding)) return false;
    // Those texts may have run Python code: what is there now counts.
    for (unsigned i = EXC_UNI_OBJECT; i <= EXC_UNI_END; i++) {
        decref(th, f->v[i]);
        f->v[i] = exception_field(th, self, i);
    }
    Value o = f->v[EXC_UNI_OBJECT];
    if (o == NO_VALUE) raise_type_error(th, "object attribute not set");
    else if (bytes ? !value_is_bytes(o) : !value_is_str(o)) raise_type_error(th, "object attribute must be %s", bytes ? "bytes" : "unicode");
    else return true;
    return false;
}
static void escape(char *buf, size_t n, uint32_t c) {
    if (c <= 0xFF) snprintf(buf, n, "\\x%02x", c);
    else if (c <= 0xFFFF) snprintf(buf, n, "\\u%04x", c);
    else snprintf(buf, n, "\\U%08x", c);
}

Value exc_str_encode(Thread *th, Value self) {
    Fields f;
    Value r = NO_VALUE;
    if (!fields_get(th, self, &f)) r = str_empty;
    else if (texts_get(th, self, &f, true, false)) {
        Value o = f.v[EXC_UNI_OBJECT];
        if (value_is_str(o) && f.start >= 0 && f.start < (int64_t)AS(Str, o)->len && f.end == f.start + 1) {
            char buf[16];
            escape(buf, sizeof buf, str_char_at(AS(Str, o), (size_t)f.start));
            r = str_format(th, "'%U' codec can't encode character '%s' in position %lld: %U", f.encoding, buf, (long long)f.start, f.reason);
        } else r = str_format(th, "'%U' codec can't encode characters in position %lld-%lld: %U", f.encoding, (long long)f.start, (long long)(f.end - 1), f.reason);
    }
    fields_free(th, &f);
    return r;
}

Value exc_str_decode(Thread *th, Value self) {
    Fields f;
    Value r = NO_VALUE;
    if (!fields_get(th, self, &f)) r = str_empty;
    else if (texts_get(th, self, &f, true, true)) {
        Value o = f.v[EXC_UNI_OBJECT];
        if (value_is_bytes(o) && f.start >= 0 && f.start < (int64_t)AS(Bytes, o)->len && f.end == f.start + 1)
            r = str_format(th, "'%U' codec can't decode byte 0x%s in position %lld: %U", f.encoding,
                           (char[3]){"0123456789abcdef"[AS(Bytes, o)->data[f.start] >> 4], "0123456789abcdef"[AS(Bytes, o)->data[f.start] & 15], 0}, (long long)f.start, f.reason);
        else r = str_format(th, "'%U' codec can't decode bytes in position %lld-%lld: %U", f.encoding, (long long)f.start, (long long)(f.end - 1), f.reason);
    }
    fields_free(th, &f);
    return r;
}

Value exc_str_translate(Thread *th, Value self) {
    Fields f;
    Value r = NO_VALUE;
    if (!fields_get(th, self, &f)) r = str_empty;
    else if (texts_get(th, self, &f, false, false)) {
        Value o = f.v[EXC_UNI_OBJECT];
        if (value_is_str(o) && f.start >= 0 && f.start < (int64_t)AS(Str, o)->len && f.end == f.start + 1) {
            char buf[16];
            escape(buf, sizeof buf, str_char_at(AS(Str, o), (size_t)f.start));
            r = str_format(th, "can't translate character '%s' in position %lld: %U", buf, (long long)f.start, f.reason);
        } else r = str_format(th, "can't translate characters in position %lld-%lld: %U", (long long)f.start, (long long)(f.end - 1), f.reason);
    }
    fields_free(th, &f);
    return r;
}

const MemberDef exc_members_UNICODE[] = {
    {"encoding", EXC_FIELD_OFFSET(EXC_UNI_ENCODING), MEMBER_VALUE, "exception encoding"},
    {"object", EXC_FIELD_OFFSET(EXC_UNI_OBJECT), MEMBER_VALUE, "exception object"},
    {"reason", EXC_FIELD_OFFSET(EXC_UNI_REASON), MEMBER_VALUE, "exception reason"},
    {0}};

static Value number_get(Thread *th, Value self, unsigned i) {
    Value v = exception_field(th, self, i);
    return v ? v : value_imm_int(0);
}
static int number_set(Thread *th, Value self, unsigned i, Value v) {
    if (v == NO_VALUE) {
        raise_type_error(th, "can't delete numeric/char attribute");
        return -1;
    }
    if (!value_is_int(v)) {
        raise_type_error(th, "'%T' object cannot be interpreted as an integer", v);
        return -1;
    }
    intptr_t n = number_as_ssize(th, v, &exc_OverflowError);
    if (n == -1 && error_pending(th)) return -1;
    exception_set_field(th, self, i, value_imm_int(n));
    return 0;
}
static Value start_get(Thread *th, Value self) { return number_get(th, self, EXC_UNI_START); }
static int start_set(Thread *th, Value self, Value v) { return number_set(th, self, EXC_UNI_START, v); }
static Value end_get(Thread *th, Value self) { return number_get(th, self, EXC_UNI_END); }
static int end_set(Thread *th, Value self, Value v) { return number_set(th, self, EXC_UNI_END, v); }
const GetSetDef exc_getsets_UNICODE[] = {
    {"start", start_get, start_set, "exception start"},
    {"end", end_get, end_set, "exception end"},
    {0}};
