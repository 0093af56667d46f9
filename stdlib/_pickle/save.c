// SPDX-License-Identifier: MIT
// Writing one object: numbers, text, bytes, references to what was written before; everything else goes to save_container.c and save_reduce.c.
// p belongs to the caller's thread (pickle_int.h); values are borrowed and held by the caller while they are written.
#include <stdlib.h>

#include "core/base/shared_bytes.h"
#include "core/base/utf8.h"
#include "core/object/call.h"
#include "core/object/codecs.h"
#include "core/object/float.h"
#include "core/object/int.h"
#include "core/object/names.h"
#include "stdlib/_pickle/pickle_int.h"

static void put_le(uint8_t *b, uint64_t v, int n) {
    for (int i = 0; i < n; i++) b[i] = (uint8_t)(v >> 8 * i);
}

// memcpy of what is mostly a few bytes.
ALWAYS_INLINE void copy_short(uint8_t *to, const uint8_t *from, size_t n) {
    if (n > 16) memcpy(to, from, n);
    else if (n >= 8) {
        uint64_t a, b; // they may overlap
        memcpy(&a, from, 8);
        memcpy(&b, from + n - 8, 8);
        memcpy(to, &a, 8);
        memcpy(to + n - 8, &b, 8);
    } else
        for (size_t i = 0; i < n; i++) to[i] = from[i];
}

// ---- the memo -------------------------------------------------------------------------------------------------------------------------------

int pickle_put_get(Thread *th, Pickler *p, const MemoEntry *e) {
    size_t index = e->index;
    uint8_t b[INT_TEXT_MAX + 2];
    if (!atomic_load_relaxed(&p->bin)) {
        b[0] = OPC_GET;
        size_t n = int_text_i64((int64_t)index, (char *)b + 1);
        b[1 + n] = '\n';
        return out_bytes(th, p, b, n + 2);
    }
    if (index < 256) {
        b[0] = OPC_BINGET;
        b[1] = (uint8_t)index;
        return out_bytes(th, p, b, 2);
    }
    if (index > UINT32_MAX) return pickling_error(th, "memo id too large for LONG_BINGET"), -1;
    b[0] = OPC_LONG_BINGET;
    put_le(b + 1, index, 4);
    return out_bytes(th, p, b, 5);
}

int pickle_memoize(Thread *th, Pickler *p, Value v) {
    if (atomic_load_relaxed(&p->fast)) return 0;
    size_t index = p->memo.used;
    if (pickle_memo_put(th, &p->memo, v, index) < 0) return -1;
    if (LIKELY(p->proto >= 4)) return out_op(th, p, OPC_MEMOIZE);
    uint8_t b[INT_TEXT_MAX + 2];
    if (!atomic_load_relaxed(&p->bin)) {
        b[0] = OPC_PUT;
        size_t n = int_text_i64((int64_t)index, (char *)b + 1);
        b[1 + n] = '\n';
        return out_bytes(th, p, b, n + 2);
    }
    if (index < 256) {
        b[0] = OPC_BINPUT;
        b[1] = (uint8_t)index;
        return out_bytes(th, p, b, 2);
    }
    if (index > UINT32_MAX) return pickling_error(th, "memo id too large for LONG_BINPUT"), -1;
    b[0] = OPC_LONG_BINPUT;
    put_le(b + 1, index, 4);
    return out_bytes(th, p, b, 5);
}

// ---- numbers --------------------------------------------------------------------------------------------------------------------------------

// The digits of v (owned text) between an instruction and an end.
static int save_digits(Thread *th, Pickler *p, uint8_t op, Value text, const char *end) {
    if (!text) return -1;
    int r = out_op(th, p, op);
    if (r == 0) r = out_bytes(th, p, str_data(AS(Str, text)), AS(Str, text)->len); // ASCII
    if (r == 0) r = out_bytes(th, p, end, strlen(end));
    decref(th, text);
    return r;
}

// Two's complement, as few bytes as hold it.
static int save_long(Thread *th, Pickler *p, Value v) {
    size_t bits = int_bit_length(v), n = bits / 8 + 1;
    if (n > INT32_MAX) {
        raise_error(th, &exc_OverflowError, "int too large to pickle");
        return -1;
    }
    uint8_t small[64], *b = n <= sizeof small ? small : mem_alloc(th, n);
    if (!b) return -1;
    int r = int_to_bytes(th, v, b, n, true, true);
    if (r == 0 && int_sign(v) < 0 && n > 1 && b[n - 1] == 0xFF && (b[n - 2] & 0x80)) n--;
    uint8_t head[5];
    if (n < 256) {
        head[0] = OPC_LONG1;
        head[1] = (uint8_t)n;
    } else {
        head[0] = OPC_LONG4;
        put_le(head + 1, n, 4);
    }
    if (r == 0) r = out_bytes(th, p, head, n < 256 ? 2 : 5);
    if (r == 0) r = out_bytes(th, p, b, n);
    if (b != small) mem_free(b);
    return r;
}

static NOINLINE int save_int_slow(Thread *th, Pickler *p, Value v) {
    int64_t i;
    bool small = int_as_i64_overflow(v, &i) == 0 && i >= INT32_MIN && i <= INT32_MAX;
    if (small && !atomic_load_relaxed(&p->bin)) return save_digits(th, p, OPC_INT, int_to_str(th, v, 10, false), "\n");
    if (p->proto >= 2) return save_long(th, p, v);
    return save_digits(th, p, OPC_LONG, int_to_str(th, v, 10, false), "L\n");
}

ALWAYS_INLINE int save_imm_int(Thread *th, Pickler *p, Value v) {
    int64_t i = value_imm_int_get(v);
    if (UNLIKELY(i != (int32_t)i || !atomic_load_relaxed(&p->bin))) return save_int_slow(th, p, v);
    if ((uint64_t)i <= 0xFF) {
        uint8_t *b = out_room(th, p, 2);
        if (UNLIKELY(!b)) return -1;
        b[0] = OPC_BININT1;
        b[1] = (uint8_t)i;
    } else if ((uint64_t)i <= 0xFFFF) {
        uint8_t *b = out_room(th, p, 3);
        if (UNLIKELY(!b)) return -1;
        b[0] = OPC_BININT2;
        put_le(b + 1, (uint64_t)i, 2);
    } else {
        uint8_t *b = out_room(th, p, 5);
        if (UNLIKELY(!b)) return -1;
        b[0] = OPC_BININT;
        put_le(b + 1, (uint32_t)i, 4);
    }
    return 0;
}

static int save_float(Thread *th, Pickler *p, Value v) {
    double d = float_value(v);
    if (!atomic_load_relaxed(&p->bin)) return save_digits(th, p, OPC_FLOAT, float_repr(th, d), "\n");
    uint8_t *b = out_room(th, p, 9);
    if (UNLIKELY(!b)) return -1;
    uint64_t bits;
    memcpy(&bits, &d, 8);
    b[0] = OPC_BINFLOAT;
    bits = __builtin_bswap64(bits);
    memcpy(b + 1, &bits, 8); // the machines this runs on are little-endian
    return 0;
}

static int save_bool(Thread *th, Pickler *p, bool yes) {
    if (p->proto >= 2) return out_op(th, p, yes ? OPC_NEWTRUE : OPC_NEWFALSE);
    return out_bytes(th, p, yes ? "I01\n" : "I00\n", 4);
}

// ---- bytes ----------------------------------------------------------------------------------------------------------------------------------

int pickle_bytes_data(Thread *th, Pickler *p, Value object, const uint8_t *data, size_t n, bool shared) {
    uint8_t h[9];
    size_t hn;
    if (n <= 0xFF) {
        h[0] = OPC_SHORT_BINBYTES;
        h[1] = (uint8_t)n;
        hn = 2;
    } else if (n <= 0xFFFFFFFF) {
        h[0] = OPC_BINBYTES;
        put_le(h + 1, n, 4);
        hn = 5;
    } else if (p->proto >= 4) {
        h[0] = OPC_BINBYTES8;
        put_le(h + 1, n, 8);
        hn = 9;
    } else {
        raise_error(th, &exc_OverflowError, "serializing a bytes object larger than 4 GiB requires pickle protocol 4 or higher");
        return -1;
    }
    if (out_payload(th, p, h, hn, data, n, value_is_exact_bytes(object) ? object : NO_VALUE, shared) < 0) return -1;
    return pickle_memoize(th, p, object);
}

int pickle_bytearray_data(Thread *th, Pickler *p, Value object, const uint8_t *data, size_t n, bool shared) {
    uint8_t h[9] = {OPC_BYTEARRAY8};
    put_le(h + 1, n, 8);
    if (out_payload(th, p, h, 9, data, n, value_is_exact(object, &type_bytearray) ? object : NO_VALUE, shared) < 0) return -1;
    return pickle_memoize(th, p, object);
}

// As what a call of f with the arguments gives. Takes over args.
static int save_call(Thread *th, Pickler *p, Value f, Value args, Value v) {
    Value r = args ? tuple_pack2(th, f, args) : NO_VALUE;
    int e = r ? pickle_save_reduce(th, p, r, v) : -1;
    decref(th, r);
    decref(th, args);
    return e;
}

int pickle_save_bytes(Thread *th, Pickler *p, Value v) {
    const Bytes *b = AS(Bytes, v);
    if (p->proto >= 3) return pickle_bytes_data(th, p, v, b->data, b->len, false);
    // Python 2 shall make a str of it, Python 3 bytes.
    if (b->len == 0) return save_call(th, p, VALUE_OF(&type_bytes), tuple_empty, v);
    Value text = str_from_latin1(th, b->data, b->len), name = text ? str_intern_cstr(th, "latin1") : NO_VALUE;
    Value args = name ? tuple_pack2(th, text, name) : NO_VALUE;
    decref(th, text);
    return save_call(th, p, pickle_globals.codecs_encode, args, v);
}

int pickle_save_bytearray(Thread *th, Pickler *p, Value v) {
    if (p->proto < 5) {
        if (AS(ByteArray, v)->len == 0) return save_call(th, p, VALUE_OF(&type_bytearray), tuple_empty, v);
        Value b = bytes_from_object(th, v), args = b ? tuple_pack1(th, b) : NO_VALUE;
        decref(th, b);
        return save_call(th, p, VALUE_OF(&type_bytearray), args, v);
    }
    Buffer b; // an export: nobody resizes it meanwhile
    if (buffer_get(th, v, &b, BUF_SIMPLE) < 0) return -1;
    int r = pickle_bytearray_data(th, p, v, b.buf, b.len, th->mt);
    buffer_release(th, &b);
    return r;
}

int pickle_save_buffer(Thread *th, Pickler *p, Value v) {
    if (p->proto < 5) return pickling_error(th, "PickleBuffer can only be pickled with protocol >= 5"), -1;
    Value object = pickle_buffer_object(th, v);
    if (!object) return -1;
    Buffer b;
    int r = buffer_get(th, object, &b, BUF_FULL_RO);
    decref(th, object); // b holds it
    if (r < 0) return -1;
    bool in_band = true;
    if (!buffer_is_contiguous(&b, 'A')) {
        pickling_error(th, "PickleBuffer can not be pickled when pointing to a non-contiguous buffer");
        r = -1;
    } else if (p->buffer_callback) {
        Value answer = call1(th, p->buffer_callback, v);
        int t = answer ? object_truth(th, answer) : -1;
        decref(th, answer);
        in_band = t > 0;
        r = t < 0 ? -1 : 0;
    }
    if (r == 0 && in_band) {
        bool constant = value_is_bytes(b.obj);
        if (b.readonly) r = pickle_bytes_data(th, p, v, b.buf, b.len, th->mt && !constant);
        else r = pickle_bytearray_data(th, p, v, b.buf, b.len, th->mt && !constant);
    } else if (r == 0) {
        r = out_op(th, p, OPC_NEXT_BUFFER);
        if (r == 0 && b.readonly) r = out_op(th, p, OPC_READONLY_BUFFER);
    }
    buffer_release(th, &b);
    return r;
}

// ---- text -----------------------------------------------------------------------------------------------------------------------------------

static size_t utf8_size(const Str *s) {
    size_t n = s->len;
    if (s->flags & STR_ASCII) return n;
    for (size_t i = 0; i < s->len; i++) {
        uint32_t c = str_char_at(s, i);
        n += (c >= 0x80) + (c >= 0x800) + (c >= 0x10000);
    }
    return n;
}

// Protocol 0: a line of ASCII. What would end the line, or confuse a reader, is escaped.
static int save_str_text(Thread *th, Pickler *p, const Str *s) {
    if (out_op(th, p, OPC_UNICODE) < 0) return -1;
    for (size_t i = 0; i < s->len; i++) {
        uint32_t c = str_char_at(s, i);
        uint8_t *b;
        if (LIKELY(c < 0x100 && c != '\\' && c != 0 && c != '\n' && c != '\r' && c != 0x1A)) {
            if (!(b = out_room(th, p, 1))) return -1;
            *b = (uint8_t)c;
            continue;
        }
        int n = c > 0xFFFF ? 8 : 4;
        if (!(b = out_room(th, p, (size_t)n + 2))) return -1;
        b[0] = '\\';
        b[1] = n == 8 ? 'U' : 'u';
        for (int k = 0; k < n; k++) b[2 + k] = (uint8_t)"0123456789abcdef"[c >> 4 * (n - 1 - k) & 15];
    }
    return out_op(th, p, '\n');
}

int pickle_save_str(Thread *th, Pickler *p, Value v) {
    const Str *s = AS(Str, v);
    if (UNLIKELY(!atomic_load_relaxed(&p->bin))) return save_str_text(th, p, s) < 0 ? -1 : pickle_memoize(th, p, v);
    size_t n = utf8_size(s), hn;
    uint8_t h[9];
    if (n <= 0xFF && p->proto >= 4) {
        h[0] = OPC_SHORT_BINUNICODE;
        h[1] = (uint8_t)n;
        hn = 2;
    } else if (n <= 0xFFFFFFFF) {
        h[0] = OPC_BINUNICODE;
        put_le(h + 1, n, 4);
        hn = 5;
    } else if (p->proto >= 4) {
        h[0] = OPC_BINUNICODE8;
        put_le(h + 1, n, 8);
        hn = 9;
    } else {
        raise_error(th, &exc_OverflowError, "serializing a string larger than 4 GiB requires pickle protocol 4 or higher");
        return -1;
    }
    if (s->flags & STR_ASCII) {
        if (n <= 0xFF) { // one piece
            uint8_t *b = out_room(th, p, hn + n);
            if (UNLIKELY(!b)) return -1;
            memcpy(b, h, hn);
            copy_short(b + hn, str_data(s), n);
        } else if (out_payload(th, p, h, hn, str_data(s), n, NO_VALUE, false) < 0) return -1;
        return pickle_memoize(th, p, v);
    }
    Value text = bytes_new(th, NULL, n); // two bytes at least: nobody else's
    if (!text) return -1;
    uint8_t *b = AS(Bytes, text)->data;
    for (size_t i = 0, k = 0; i < s->len; i++) k += utf8_put(b + k, str_char_at(s, i));
    int r = out_payload(th, p, h, hn, AS(Bytes, text)->data, n, text, false);
    decref(th, text);
    return r < 0 ? -1 : pickle_memoize(th, p, v);
}

// ---- any object -----------------------------------------------------------------------------------------------------------------------------

// 1: written as a persistent id.
static NOINLINE int save_pers(Thread *th, Pickler *p, Value v) {
    Value pid = call1(th, p->persistent_id, v);
    if (!pid) return -1;
    if (pid == VALUE_NONE) return 0;
    int r;
    if (atomic_load_relaxed(&p->bin)) {
        r = pickle_save_no_pers(th, p, pid);
        if (r == 0) r = out_op(th, p, OPC_BINPERSID);
    } else {
        Value text = object_str(th, pid);
        r = text ? 0 : -1;
        if (text && !(AS(Str, text)->flags & STR_ASCII)) {
            pickling_error(th, "persistent IDs in protocol 0 must be ASCII strings");
            r = -1;
        }
        if (r == 0) r = out_op(th, p, OPC_PERSID);
        if (r == 0) r = out_bytes(th, p, str_data(AS(Str, text)), AS(Str, text)->len);
        if (r == 0) r = out_op(th, p, '\n');
        decref(th, text);
    }
    decref(th, pid);
    return r < 0 ? -1 : 1;
}

int pickle_save(Thread *th, Pickler *p, Value v) {
    if (UNLIKELY(p->len >= p->boundary) && out_boundary(th, p) < 0) return -1;
    if (UNLIKELY(p->persistent_id != NO_VALUE)) {
        int r = save_pers(th, p, v);
        if (r) return r < 0 ? -1 : 0;
    }
    if (value_is_imm_int(v)) return save_imm_int(th, p, v);
    return pickle_save_no_pers(th, p, v);
}

int pickle_save_no_pers(Thread *th, Pickler *p, Value v) {
    if (UNLIKELY(p->len >= p->boundary) && out_boundary(th, p) < 0) return -1;
    if (value_is_imm_int(v)) return save_imm_int(th, p, v);
    if (v == VALUE_NONE) return out_op(th, p, OPC_NONE);
    if (value_is_bool(v)) return save_bool(th, p, v == VALUE_TRUE);
    const Shape *s = value_is_object(v) ? atomic_load_relaxed(&value_object(v)->shape) : NULL;
    if (value_is_imm_float(v) || s == &shape_float) return save_float(th, p, v);
    if (s == &shape_int) return save_int_slow(th, p, v);
    const MemoEntry *e = pickle_memo_find(&p->memo, v);
    if (e) return pickle_put_get(th, p, e);
    if (s == &shape_str) return pickle_save_str(th, p, v);
    if (s == &shape_bytes) return pickle_save_bytes(th, p, v);
    if (thread_c_recursion(th, " while pickling an object") < 0) return -1;
    bool done = false;
    int r = pickle_save_container(th, p, v, s, &done);
    return done ? r : pickle_save_object(th, p, v);
}
