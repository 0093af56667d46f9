// SPDX-License-Identifier: MIT
// The codes of _SimpleCData: one row each, reading and storing by group. No state.
#include "stdlib/_ctypes/ctypes_int.h"

#include "core/object/float.h"

#include <wchar.h>

const char codes_known[] = "cbBhHiIlLdDFGfuzZqQPOv?g";
#ifdef FFI_TARGET_HAS_COMPLEX_TYPE
#define COMPLEX_ROWS {'F', 'F', 8, CG_COMPLEX, 0, 1, &ffi_type_complex_float}, {'D', 'D', 16, CG_COMPLEX, 0, 1, &ffi_type_complex_double}, \
                     {'G', 'G', 2 * sizeof(long double), CG_COMPLEX, 0, 0, &ffi_type_complex_longdouble},
#else
#define COMPLEX_ROWS
#endif
static const CCode codes[] = {
    {'c', 'c', 1, CG_CHAR, 0, 0, &ffi_type_schar},       {'b', 'b', 1, CG_INT, 1, 0, &ffi_type_schar},
    {'B', 'B', 1, CG_INT, 0, 0, &ffi_type_uchar},        {'h', 'h', 2, CG_INT, 1, 1, &ffi_type_sshort},
    {'H', 'H', 2, CG_INT, 0, 1, &ffi_type_ushort},       {'i', 'i', 4, CG_INT, 1, 1, &ffi_type_sint},
    {'I', 'I', 4, CG_INT, 0, 1, &ffi_type_uint},         {'l', 'q', 8, CG_INT, 1, 1, &ffi_type_slong},
    {'L', 'Q', 8, CG_INT, 0, 1, &ffi_type_ulong},        {'q', 'q', 8, CG_INT, 1, 1, &ffi_type_sint64},
    {'Q', 'Q', 8, CG_INT, 0, 1, &ffi_type_uint64},       {'?', '?', 1, CG_BOOL, 0, 0, &ffi_type_uint8},
    {'v', 'v', 2, CG_BOOL, 1, 0, &ffi_type_sshort},      {'f', 'f', 4, CG_FLOAT, 0, 1, &ffi_type_float},
    {'d', 'd', 8, CG_DOUBLE, 0, 1, &ffi_type_double},    {'g', 'g', sizeof(long double), CG_LONGDOUBLE, 0, 0, &ffi_type_longdouble},
    COMPLEX_ROWS
    {'u', 'u', 4, CG_WCHAR, 0, 0, &ffi_type_sint32},     {'z', 'z', 8, CG_BYTES_P, 0, 0, &ffi_type_pointer},
    {'Z', 'Z', 8, CG_WCHAR_P, 0, 0, &ffi_type_pointer},  {'P', 'P', 8, CG_VOID_P, 0, 0, &ffi_type_pointer},
    {'O', 'O', 8, CG_OBJECT, 0, 0, &ffi_type_pointer},
};
_Static_assert(sizeof(wchar_t) == 4 && sizeof(long) == 8 && sizeof(void *) == sizeof(Value), "the table is for 64-bit Linux");

const CCode *code_find(uint32_t c) {
    for (size_t i = 0; i < ARRAY_LEN(codes); i++)
        if ((uint8_t)codes[i].code == c) return &codes[i];
    return NULL;
}
bool code_is_pointer(const CCode *c) { return c->group >= CG_BYTES_P; }

static void reverse(uint8_t *p, size_t n);
// To the other byte order; both parts of a complex number on their own.
static void swap_bytes(const CCode *c, uint8_t *p) {
    if (c->group == CG_COMPLEX) {
        reverse(p, c->size / 2);
        reverse(p + c->size / 2, c->size / 2);
    } else reverse(p, c->size);
}
static void reverse(uint8_t *p, size_t n) {
    for (size_t i = 0; i < n / 2; i++) {
        uint8_t x = p[i];
        p[i] = p[n - 1 - i];
        p[n - 1 - i] = x;
    }
}

// ---- reading --------------------------------------------------------------------------------------------------------------------------

static Value int_of_bytes(Thread *th, const CCode *c, const uint8_t *raw) {
    switch (c->size) {
    case 1: return value_imm_int(c->is_signed ? (int8_t)raw[0] : raw[0]);
    case 2: { uint16_t x; memcpy(&x, raw, 2); return value_imm_int(c->is_signed ? (int16_t)x : x); }
    case 4: { uint32_t x; memcpy(&x, raw, 4); return value_imm_int(c->is_signed ? (int64_t)(int32_t)x : (int64_t)x); }
    default: { uint64_t x; memcpy(&x, raw, 8); return c->is_signed ? int_from_i64(th, (int64_t)x) : int_from_u64(th, x); }
    }
}
static Value complex_of_bytes(Thread *th, const CCode *c, const uint8_t *raw) {
    if (c->size == 8) { float x[2]; memcpy(x, raw, sizeof x); return complex_new(th, x[0], x[1]); }
    if (c->size == 16) { double x[2]; memcpy(x, raw, sizeof x); return complex_new(th, x[0], x[1]); }
    long double x[2];
    memcpy(x, raw, sizeof x);
    return complex_new(th, (double)x[0], (double)x[1]);
}
static Value wide_char(Thread *th, const uint8_t *raw) {
    uint32_t ch;
    memcpy(&ch, raw, 4);
    return ch > 0x10FFFF ? raise_value_error(th, "character U+%x is not in range [U+0000; U+10ffff]", ch) : str_from_char(th, ch);
}

Value code_get(Thread *th, const CCode *c, bool swapped, const void *p) {
    uint8_t raw[32] __attribute__((aligned(16)));
    shared_load(raw, p, c->size);
    if (swapped) swap_bytes(c, raw);
    void *at;
    switch (c->group) {
    case CG_INT: return int_of_bytes(th, c, raw);
    case CG_BOOL: return value_bool(c->size == 1 ? raw[0] != 0 : (raw[0] | raw[1]) != 0);
    case CG_FLOAT: { float x; memcpy(&x, raw, sizeof x); return float_from_double(th, x); }
    case CG_DOUBLE: { double x; memcpy(&x, raw, sizeof x); return float_from_double(th, x); }
    case CG_LONGDOUBLE: { long double x; memcpy(&x, raw, sizeof x); return float_from_double(th, (double)x); }
    case CG_COMPLEX: return complex_of_bytes(th, c, raw);
    case CG_CHAR: return bytes_new(th, raw, 1);
    case CG_WCHAR: return wide_char(th, raw);
    }
    memcpy(&at, raw, sizeof at);
    switch (c->group) {
    case CG_BYTES_P: return at ? bytes_new(th, at, strlen(at)) : VALUE_NONE;
    case CG_WCHAR_P: return at ? str_from_ucs4(th, at, wcslen(at)) : VALUE_NONE;
    case CG_VOID_P: return at ? int_from_u64(th, (uintptr_t)at) : VALUE_NONE;
    default: return at ? new_ref(th, VALUE_OF(at)) : raise_value_error(th, "PyObject is NULL");
    }
}

// ---- storing --------------------------------------------------------------------------------------------------------------------------

Value wide_bytes(Thread *th, Value s) {
    size_t n = AS(Str, s)->len;
    if (n > SIZE_MAX / 8) return raise_memory_error(th);
    Value b = bytes_new(th, NULL, (n + 1) * 4);
    if (!b) return NO_VALUE;
    uint32_t *w = (uint32_t *)(void *)AS(Bytes, b)->data;
    for (size_t i = 0; i < n; i++) w[i] = str_char_at(AS(Str, s), i);
    w[n] = 0;
    return b;
}

static int set_char(Thread *th, uint8_t *raw, Value v) {
    if (value_is_bytes(v) || value_is_bytearray(v)) {
        Buffer b;
        if (buffer_get(th, v, &b, BUF_SIMPLE) < 0) return -1;
        size_t n = b.len;
        if (n == 1) raw[0] = atomic_load_relaxed(b.buf);
        buffer_release(th, &b);
        if (n == 1) return 0;
        raise_type_error(th, "one character bytes, bytearray, or an integer in range(256) expected, not %T of length %zu", v, n);
        return -1;
    }
    if (!value_is_int(v)) {
        raise_type_error(th, "one character bytes, bytearray, or an integer in range(256) expected, not %T", v);
        return -1;
    }
    int64_t i;
    if (int_as_i64_overflow(v, &i) || i < 0 || i > 255) {
        raise_type_error(th, "integer not in range(256)");
        return -1;
    }
    raw[0] = (uint8_t)i;
    return 0;
}
static int set_wchar(Thread *th, uint8_t *raw, Value v) {
    if (!value_is_str(v)) {
        raise_type_error(th, "a unicode character expected, not instance of %T", v);
        return -1;
    }
    if (AS(Str, v)->len != 1) {
        raise_type_error(th, "a unicode character expected, not a string of length %zu", AS(Str, v)->len);
        return -1;
    }
    uint32_t c = str_char_at(AS(Str, v), 0);
    memcpy(raw, &c, 4);
    return 0;
}
static int set_complex(Thread *th, const CCode *c, uint8_t *raw, Value v) {
    double re, im;
    if (number_as_complex(th, v, &re, &im) < 0) return -1;
    if (c->size == 8) { float x[2] = {(float)re, (float)im}; memcpy(raw, x, sizeof x); }
    else if (c->size == 16) { double x[2] = {re, im}; memcpy(raw, x, sizeof x); }
    else { long double x[2] = {re, im}; memset(raw, 0, 32); memcpy(raw, x, sizeof x); }
    return 0;
}
static int set_number(Thread *th, const CCode *c, uint8_t *raw, Value v) {
    if (c->group == CG_INT) {
        Value i = number_index(th, v);
        if (!i) return -1;
        uint64_t u = int_as_u64_mask(i);
        decref(th, i);
        memcpy(raw, &u, c->size);
        return 0;
    }
    if (c->group == CG_BOOL) {
        int t = object_truth(th, v);
        if (t < 0) return -1;
        raw[0] = (uint8_t)(c->size == 1 ? t : -t);
        raw[1] = raw[0];
        return 0;
    }
    double d;
    if (number_as_double(th, v, &d) < 0) return -1;
    if (c->group == CG_FLOAT) { float x = (float)d; memcpy(raw, &x, sizeof x); }
    else if (c->group == CG_DOUBLE) memcpy(raw, &d, sizeof d);
    else { long double x = d; memset(raw, 0, sizeof x); memcpy(raw, &x, sizeof x); }
    return 0;
}
// The address that v stands for, into raw. What to keep, or NO_VALUE.
static Value set_pointer(Thread *th, const CCode *c, uint8_t *raw, Value v) {
    void *at = NULL;
    Value keep = VALUE_NONE;
    if (c->group == CG_OBJECT) at = AS(void, v), keep = new_ref(th, v);
    else if (v == VALUE_NONE) at = NULL;
    else if (value_is_int(v)) at = (void *)(uintptr_t)int_as_u64_mask(v);
    else if (c->group == CG_BYTES_P && value_is_bytes(v)) at = AS(Bytes, v)->data, keep = new_ref(th, v);
    else if (c->group == CG_WCHAR_P && value_is_str(v)) {
        if (!(keep = wide_bytes(th, v))) return NO_VALUE;
        at = AS(Bytes, keep)->data;
    } else if (c->group == CG_VOID_P) return raise_type_error(th, "cannot be converted to pointer");
    else return raise_type_error(th, "%s or integer address expected instead of %T instance", c->group == CG_BYTES_P ? "bytes" : "unicode string", v);
    memcpy(raw, &at, sizeof at);
    return keep;
}

Value code_set(Thread *th, const CCode *c, bool swapped, void *p, Value v) {
    uint8_t raw[32] __attribute__((aligned(16)));
    Value keep = VALUE_NONE;
    int r = 0;
    if (code_is_pointer(c)) keep = set_pointer(th, c, raw, v);
    else if (c->group == CG_CHAR) r = set_char(th, raw, v);
    else if (c->group == CG_WCHAR) r = set_wchar(th, raw, v);
    else if (c->group == CG_COMPLEX) r = set_complex(th, c, raw, v);
    else r = set_number(th, c, raw, v);
    if (r < 0 || !keep) return NO_VALUE;
    if (swapped) swap_bytes(c, raw);
    shared_store(p, raw, c->size);
    return keep;
}
