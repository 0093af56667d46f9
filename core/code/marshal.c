// SPDX-License-Identifier: MIT
// The marshal format for plain values, versions 0 to 5. Code objects are in marshal_code.c. Input may be anything: every length is checked
// against what is there before memory is taken for it. No state, no locks.
#include "core/code/marshal.h"

#include <stdlib.h>

#include "core/object/abstract.h"
#include "core/object/buffer.h"
#include "core/object/bytes.h"
#include "core/object/call.h"
#include "core/object/codecs.h"
#include "core/object/dict.h"
#include "core/object/float.h"
#include "core/object/int.h"
#include "core/object/iter.h"
#include "core/object/list.h"
#include "core/object/names.h"
#include "core/object/set.h"
#include "core/object/str.h"
#include "core/object/tuple.h"

// ---- writing ---------------------------------------------------------------------------------------------------

void marshal_writer_init(MarshalWriter *w, Thread *th, int version, bool allow_code) {
    *w = (MarshalWriter){.th = th, .version = version, .allow_code = allow_code};
}
void marshal_writer_end(MarshalWriter *w) {
    free(w->buf);
    free(w->refs);
}

void marshal_put(MarshalWriter *w, const void *p, size_t n) {
    if (w->cap - w->len < n) {
        size_t cap = w->cap ? w->cap : 256;
        while (cap - w->len < n) cap *= 2;
        uint8_t *b = realloc(w->buf, cap);
        if (!b) {
            w->failed = true;
            return;
        }
        w->buf = b;
        w->cap = cap;
    }
    memcpy(w->buf + w->len, p, n);
    w->len += n;
}
void marshal_put_u8(MarshalWriter *w, unsigned v) {
    uint8_t b = (uint8_t)v;
    marshal_put(w, &b, 1);
}
void marshal_put_u32(MarshalWriter *w, uint32_t v) {
    uint8_t b[4] = {(uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16), (uint8_t)(v >> 24)};
    marshal_put(w, b, 4);
}

static int put_size(MarshalWriter *w, size_t n) {
    if (n > INT32_MAX) {
        raise_value_error(w->th, "unmarshallable object");
        return -1;
    }
    marshal_put_u32(w, (uint32_t)n);
    return 0;
}

static size_t ref_place(MarshalWriter *w, Value v) {
    size_t i = (size_t)((v >> 4) * 0x9E3779B97F4A7C15u >> 20) & w->ref_mask;
    while (w->refs[i].v && w->refs[i].v != v) i = (i + 1) & w->ref_mask;
    return i;
}

// 1: v was written before, a reference to that went out. 0: not yet; *flag receives the flag for its type byte. -1: no memory.
static int write_ref(MarshalWriter *w, Value v, unsigned *flag) {
    *flag = 0;
    if (w->version < 3 || !value_is_object(v)) return 0;
    Object *o = value_object(v);
    if (!(atomic_load_relaxed(&o->shared) & (OBJ_IMMORTAL | OBJ_UNCOUNTED)) && object_refcount(o) <= 1) return 0; // nobody else can hold it
    if (!w->refs || w->nrefs * 2 > w->ref_mask) {
        size_t n = w->refs ? (w->ref_mask + 1) * 2 : 64;
        void *old = w->refs;
        size_t old_mask = w->ref_mask;
        typeof(w->refs) from = old, to = calloc(n, sizeof *w->refs);
        if (!to) {
            raise_memory_error(w->th);
            return -1;
        }
        w->refs = to;
        w->ref_mask = n - 1;
        for (size_t i = 0; from && i <= old_mask; i++)
            if (from[i].v) w->refs[ref_place(w, from[i].v)] = from[i];
        free(old);
    }
    size_t i = ref_place(w, v);
    if (w->refs[i].v) {
        // A slice cannot be made before what it holds, so it cannot hold itself.
        for (MarshalBusy *b = w->busy; b; b = b->next)
            if (b->v == v) {
                raise_value_error(w->th, "unmarshallable object");
                return -1;
            }
        marshal_put_u8(w, 'r');
        marshal_put_u32(w, w->refs[i].index);
        return 1;
    }
    w->refs[i].v = v;
    w->refs[i].index = (uint32_t)w->nrefs++;
    *flag = MARSHAL_FLAG_REF;
    return 0;
}

static int write_int(MarshalWriter *w, Value v, unsigned flag) {
    int64_t i;
    if (int_as_i64_overflow(v, &i) == 0 && i >= INT32_MIN && i <= INT32_MAX) {
        marshal_put_u8(w, 'i' | flag);
        marshal_put_u32(w, (uint32_t)(int32_t)i);
        return 0;
    }
    // Sign and magnitude in digits of 15 bits.
    int sign = int_sign(v);
    size_t bits = int_bit_length(v), nbytes = bits / 8 + 2, ndigits = (bits + 14) / 15;
    Value mag = sign < 0 ? int_neg(w->th, v) : new_ref(w->th, v);
    if (mag == NO_VALUE) return -1;
    uint8_t *b = calloc(1, nbytes + 8);
    int r = b ? int_to_bytes(w->th, mag, b, nbytes, true, false) : (raise_memory_error(w->th), -1);
    decref(w->th, mag);
    if (r == 0) {
        marshal_put_u8(w, 'l' | flag);
        marshal_put_u32(w, (uint32_t)(sign < 0 ? -(int32_t)ndigits : (int32_t)ndigits));
        for (size_t k = 0; k < ndigits; k++) {
            size_t bit = k * 15;
            uint32_t word;
            memcpy(&word, b + bit / 8, 4);
            uint32_t d = word >> (bit % 8) & 0x7FFF;
            uint8_t out[2] = {(uint8_t)d, (uint8_t)(d >> 8)};
            marshal_put(w, out, 2);
        }
    }
    free(b);
    return r;
}

static void put_double(MarshalWriter *w, double d) {
    uint8_t b[8];
    memcpy(b, &d, 8);
    marshal_put(w, b, 8);
}
static int put_double_text(MarshalWriter *w, double d) {
    Value s = float_repr(w->th, d), hold = NO_VALUE;
    size_t n;
    const char *p = s ? str_utf8(w->th, s, &n, &hold) : NULL;
    if (p) {
        marshal_put_u8(w, (unsigned)n);
        marshal_put(w, p, n);
    }
    decref(w->th, hold);
    decref(w->th, s);
    return p ? 0 : -1;
}

static int write_str(MarshalWriter *w, Value v, unsigned flag) {
    Str *s = AS(Str, v);
    bool interned = str_is_interned(v);
    if (w->version >= 4 && (s->flags & STR_ASCII)) {
        if (s->len < 256) {
            marshal_put_u8(w, (interned ? 'Z' : 'z') | flag);
            marshal_put_u8(w, (unsigned)s->len);
        } else {
            marshal_put_u8(w, (interned ? 'A' : 'a') | flag);
            if (put_size(w, s->len)) return -1;
        }
        marshal_put(w, str_data(s), s->len);
        return 0;
    }
    Value b = codec_encode_text(w->th, v, "utf-8", "surrogatepass");
    if (b == NO_VALUE) return -1;
    marshal_put_u8(w, (w->version >= 3 && interned ? 't' : 'u') | flag);
    int r = put_size(w, AS(Bytes, b)->len);
    if (!r) marshal_put(w, AS(Bytes, b)->data, AS(Bytes, b)->len);
    decref(w->th, b);
    return r;
}

// Elements in the order of their marshalled bytes, so that equal sets give equal bytes.
static int write_set(MarshalWriter *w, Value v, unsigned flag) {
    Thread *th = w->th;
    marshal_put_u8(w, (type_of(v) == &type_set ? '<' : '>') | flag);
    Value pairs = list_new(th, 0), item;
    size_t pos = 0;
    int r = pairs ? 0 : -1;
    while (r == 0 && set_next(th, AS(Set, v), &pos, &item)) {
        Value b = marshal_dumps(th, item, w->version, w->allow_code), t = b ? tuple_pack2(th, b, item) : NO_VALUE;
        r = t ? list_append(th, AS(List, pairs), t) : -1;
        decref(th, b);
        decref(th, t);
        decref(th, item);
    }
    if (r == 0) r = list_sort(th, pairs, VALUE_NONE, false);
    size_t n = r == 0 ? list_len(AS(List, pairs)) : 0;
    if (r == 0) r = put_size(w, n);
    for (size_t i = 0; r == 0 && i < n; i++) {
        Value t = list_get(th, AS(List, pairs), (intptr_t)i);
        r = t ? marshal_write(w, AS(Tuple, t)->items[1]) : -1;
        decref(th, t);
    }
    decref(th, pairs);
    return r;
}

static int write_dict(MarshalWriter *w, Value v, unsigned flag) {
    marshal_put_u8(w, '{' | flag);
    size_t pos = 0;
    Value k, x;
    int r = 0;
    while (r == 0 && dict_next(w->th, AS(Dict, v), &pos, &k, &x)) {
        r = marshal_write(w, k);
        if (!r) r = marshal_write(w, x);
        decref(w->th, k);
        decref(w->th, x);
    }
    marshal_put_u8(w, '0');
    return r;
}

static int write_any(MarshalWriter *w, Value v) {
    Thread *th = w->th;
    if (v == VALUE_NONE) return marshal_put_u8(w, 'N'), 0;
    if (v == VALUE_TRUE) return marshal_put_u8(w, 'T'), 0;
    if (v == VALUE_FALSE) return marshal_put_u8(w, 'F'), 0;
    if (v == VALUE_ELLIPSIS) return marshal_put_u8(w, '.'), 0;
    if (v == VALUE_OF(&exc_StopIteration)) return marshal_put_u8(w, 'S'), 0;
    unsigned flag;
    int r;
    Type *t = type_of(v);
    if (t == &type_code) { // one code object is one constant: no references to it
        if (!w->allow_code) {
            raise_value_error(th, "marshalling code objects is disallowed");
            return -1;
        }
        for (MarshalBusy *b = w->busy; b; b = b->next)
            if (b->v == v) {
                raise_value_error(th, "unmarshallable object");
                return -1;
            }
        MarshalBusy here = {v, w->busy};
        w->busy = &here;
        marshal_put_u8(w, 'c');
        r = marshal_write_code(w, AS(Code, v));
        w->busy = here.next;
        return r;
    }
    if ((r = write_ref(w, v, &flag)) != 0) return r < 0 ? -1 : 0;
    if (t == &type_int) return write_int(w, v, flag);
    if (t == &type_float) {
        if (w->version > 1) {
            marshal_put_u8(w, 'g' | flag);
            put_double(w, float_value(v));
            return 0;
        }
        marshal_put_u8(w, 'f' | flag);
        return put_double_text(w, float_value(v));
    }
    if (t == &type_complex) {
        Complex *c = AS(Complex, v);
        if (w->version > 1) {
            marshal_put_u8(w, 'y' | flag);
            put_double(w, c->real);
            put_double(w, c->imag);
            return 0;
        }
        marshal_put_u8(w, 'x' | flag);
        return put_double_text(w, c->real) || put_double_text(w, c->imag) ? -1 : 0;
    }
    if (t == &type_bytes) {
        marshal_put_u8(w, 's' | flag);
        if (put_size(w, AS(Bytes, v)->len)) return -1;
        marshal_put(w, AS(Bytes, v)->data, AS(Bytes, v)->len);
        return 0;
    }
    if (t == &type_str) return write_str(w, v, flag);
    if (t == &type_tuple) {
        Tuple *x = AS(Tuple, v);
        if (w->version >= 4 && x->len < 256) {
            marshal_put_u8(w, ')' | flag);
            marshal_put_u8(w, (unsigned)x->len);
        } else {
            marshal_put_u8(w, '(' | flag);
            if (put_size(w, x->len)) return -1;
        }
        for (size_t i = 0; i < x->len; i++)
            if (marshal_write(w, x->items[i])) return -1;
        return 0;
    }
    if (t == &type_list) {
        // A snapshot: others may change the list meanwhile.
        Value copy = list_to_tuple(th, AS(List, v));
        if (copy == NO_VALUE) return -1;
        Tuple *x = AS(Tuple, copy);
        marshal_put_u8(w, '[' | flag);
        r = put_size(w, x->len);
        for (size_t i = 0; r == 0 && i < x->len; i++) r = marshal_write(w, x->items[i]);
        decref(th, copy);
        return r;
    }
    if (t == &type_dict) return write_dict(w, v, flag);
    if (t == &type_set || t == &type_frozenset) return write_set(w, v, flag);
    if (t == &type_slice && w->version >= 5) {
        Slice *s = AS(Slice, v);
        marshal_put_u8(w, ':' | flag);
        MarshalBusy here = {v, w->busy};
        w->busy = &here;
        r = marshal_write(w, s->start) || marshal_write(w, s->stop) || marshal_write(w, s->step) ? -1 : 0;
        w->busy = here.next;
        return r;
    }
    if (buffer_check(v)) {
        Buffer b;
        if (buffer_get(th, v, &b, BUF_SIMPLE)) {
            error_clear(th);
        } else {
            marshal_put_u8(w, 's' | flag);
            r = put_size(w, b.len);
            if (!r) marshal_put(w, b.buf, b.len);
            buffer_release(th, &b);
            return r;
        }
    }
    raise_value_error(th, "unmarshallable object");
    return -1;
}

int marshal_write(MarshalWriter *w, Value v) {
    if (w->depth >= MARSHAL_MAX_DEPTH) {
        raise_value_error(w->th, "object too deeply nested to marshal");
        return -1;
    }
    if (thread_c_recursion(w->th, " while marshalling")) return -1;
    w->depth++;
    int r = write_any(w, v);
    w->depth--;
    return r;
}

Value marshal_dumps(Thread *th, Value v, int version, bool allow_code) {
    MarshalWriter w;
    marshal_writer_init(&w, th, version, allow_code);
    Value r = NO_VALUE;
    if (marshal_write(&w, v) == 0) r = w.failed ? raise_memory_error(th) : bytes_new(th, w.buf ? w.buf : (uint8_t *)"", w.len);
    marshal_writer_end(&w);
    return r;
}

// ---- reading ---------------------------------------------------------------------------------------------------

Value marshal_bad(Thread *th, const char *what) { return raise_value_error(th, "bad marshal data (%s)", what); }
static const uint8_t *too_short(Thread *th) {
    raise_error(th, &exc_EOFError, "marshal data too short");
    return NULL;
}

// The next n bytes of the file: nothing is read ahead.
static const uint8_t *need_file(MarshalReader *r, size_t n) {
    Thread *th = r->th;
    Value into, b;
    int has = object_getattr_optional(th, r->file, str_intern_cstr(th, "readinto"), &into);
    if (has < 0) return NULL;
    if (has) {
        Value buf = bytearray_new(th, NULL, n), got = buf ? call1(th, into, buf) : NO_VALUE;
        decref(th, into);
        intptr_t k = got ? number_as_ssize(th, got, &exc_ValueError) : -1;
        decref(th, got);
        if (k == (intptr_t)n) {
            b = bytes_new(th, AS(ByteArray, buf)->data, n);
            decref(th, buf);
            if (!b) return NULL;
            set_ref(th, &r->chunk, b);
            return AS(Bytes, b)->data;
        }
        decref(th, buf);
        if (error_pending(th)) return NULL;
        if (k > (intptr_t)n) raise_value_error(th, "read() returned too much data: %zu bytes requested, %zd returned", n, k);
        else raise_error(th, &exc_EOFError, "EOF read where not expected");
        return NULL;
    }
    b = call_method1(th, r->file, name_read, value_imm_int((int64_t)n));
    if (b == NO_VALUE) return NULL;
    if (!value_is_bytes(b)) {
        raise_type_error(th, "file.read() returned not bytes but %.100s", type_of(b)->name);
        decref(th, b);
        return NULL;
    }
    if (AS(Bytes, b)->len != n) {
        if (AS(Bytes, b)->len > n) raise_value_error(th, "read() returned too much data: %zu bytes requested, %zu returned", n, AS(Bytes, b)->len);
        else raise_error(th, &exc_EOFError, "EOF read where not expected");
        decref(th, b);
        return NULL;
    }
    set_ref(th, &r->chunk, b);
    return AS(Bytes, b)->data;
}

const uint8_t *marshal_need(MarshalReader *r, size_t n) {
    if (r->file) return need_file(r, n);
    if (UNLIKELY((size_t)(r->end - r->p) < n)) return too_short(r->th);
    const uint8_t *p = r->p;
    r->p += n;
    return p;
}
bool marshal_get_u32(MarshalReader *r, uint32_t *v) {
    const uint8_t *p = marshal_need(r, 4);
    if (!p) return false;
    *v = p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
    return true;
}
static bool get_u8(MarshalReader *r, uint32_t *v) {
    const uint8_t *p = marshal_need(r, 1);
    if (p) *v = *p;
    return p != NULL;
}
// A length; bytes_each: least number of bytes an item takes, so that a length beyond the data is refused before memory is taken.
static bool get_size(MarshalReader *r, size_t *n, const char *what) {
    uint32_t u;
    if (!marshal_get_u32(r, &u)) return false;
    if (u > INT32_MAX) {
        marshal_bad(r->th, what);
        return false;
    }
    *n = u;
    return true;
}
static bool plausible(MarshalReader *r, size_t n) {
    if (r->file || n <= (size_t)(r->end - r->p)) return true;
    too_short(r->th);
    return false;
}

static bool ref_push(MarshalReader *r, Value v) {
    if (r->nrefs == r->refcap) {
        size_t cap = r->refcap ? r->refcap * 2 : 256;
        Value *p = realloc(r->refs, cap * sizeof *p);
        if (!p) {
            raise_memory_error(r->th);
            return false;
        }
        r->refs = p;
        r->refcap = cap;
    }
    r->refs[r->nrefs++] = new_ref(r->th, v);
    return true;
}
// v (owned) becomes a reference target when flagged.
static Value with_ref(MarshalReader *r, Value v, bool flag) {
    if (flag && v != NO_VALUE && !ref_push(r, v)) {
        decref(r->th, v);
        return NO_VALUE;
    }
    return v;
}

static Value read_long(MarshalReader *r) {
    uint32_t u;
    if (!marshal_get_u32(r, &u)) return NO_VALUE;
    int64_t n = (int32_t)u;
    if (n == INT32_MIN) return marshal_bad(r->th, "long size out of range");
    size_t nd = (size_t)(n < 0 ? -n : n);
    if (nd == 0) return value_imm_int(0);
    const uint8_t *p = marshal_need(r, nd * 2);
    if (!p) return NO_VALUE;
    size_t nbytes = nd * 15 / 8 + 9;
    uint8_t *b = calloc(1, nbytes);
    if (!b) return raise_memory_error(r->th);
    for (size_t k = 0; k < nd; k++) {
        uint32_t d = p[2 * k] | (uint32_t)p[2 * k + 1] << 8;
        if (d > 0x7FFF || (k == nd - 1 && d == 0)) {
            free(b);
            return marshal_bad(r->th, d ? "digit out of range in long" : "unnormalized long data");
        }
        size_t bit = k * 15;
        uint32_t word;
        memcpy(&word, b + bit / 8, 4);
        word |= d << (bit % 8);
        memcpy(b + bit / 8, &word, 4);
    }
    Value v = int_from_bytes(r->th, b, nbytes, true, false);
    free(b);
    if (v && n < 0) {
        Value neg = int_neg(r->th, v);
        decref(r->th, v);
        v = neg;
    }
    return v;
}

static bool get_double(MarshalReader *r, double *d) {
    const uint8_t *p = marshal_need(r, 8);
    if (p) memcpy(d, p, 8);
    return p != NULL;
}
static bool get_double_text(MarshalReader *r, double *d) {
    uint32_t n;
    if (!get_u8(r, &n)) return false;
    const uint8_t *p = marshal_need(r, n);
    Value s = p ? str_from_latin1(r->th, p, n) : NO_VALUE, v = s ? float_from_text(r->th, s) : NO_VALUE;
    decref(r->th, s);
    if (v == NO_VALUE) return false;
    *d = float_value(v);
    decref(r->th, v);
    return true;
}

static Value read_items(MarshalReader *r, int kind, size_t n, bool flag) {
    Thread *th = r->th;
    static const char *const what[] = {"tuple", "list", "set", "set"};
    if (!plausible(r, n)) return NO_VALUE;
    // A list may hold itself, so it is a target before its items; the others get their place now and their value later.
    if (kind == 0 && flag) { // it may be named by what it holds: there from the start, its items None until they are read
        Tuple *t = tuple_new(th, n);
        if (!t) return NO_VALUE;
        for (size_t i = 0; i < n; i++) t->items[i] = VALUE_NONE;
        if (n == 0) return with_ref(r, VALUE_OF(t), true);
        if (!ref_push(r, VALUE_OF(t))) {
            decref(th, VALUE_OF(t));
            return NO_VALUE;
        }
        for (size_t i = 0; i < n; i++) {
            Value v = marshal_read(r);
            if (v == NO_VALUE) {
                if (!error_pending(th)) raise_type_error(th, "NULL object in marshal data for tuple");
                decref(th, VALUE_OF(t));
                return NO_VALUE;
            }
            t->items[i] = v;
        }
        return VALUE_OF(t);
    }
    size_t place = r->nrefs;
    Value list = kind == 1 ? list_new(th, n < 4096 ? n : 4096) : NO_VALUE;
    if (kind == 1 && !list) return NO_VALUE;
    Value set = kind == 2 ? set_new(th, NO_VALUE) : NO_VALUE;
    if (kind == 2 && !set) return NO_VALUE;
    if (flag && !ref_push(r, kind == 1 ? list : kind == 2 ? set : NO_VALUE)) goto fail;
    Value small[32], *items = small;
    size_t got = 0;
    if ((kind == 0 || kind == 3) && n > ARRAY_LEN(small)) {
        items = malloc(n * sizeof *items);
        if (!items) {
            raise_memory_error(th);
            goto fail;
        }
    }
    for (; got < n; got++) {
        Value v = marshal_read(r);
        if (v == NO_VALUE) {
            if (!error_pending(th)) raise_type_error(th, "NULL object in marshal data for %s", what[kind]);
            break;
        }
        if (kind == 1) {
            if (list_append_owned(th, AS(List, list), v)) break;
        } else if (kind == 2) {
            int bad = set_add(th, AS(Set, set), v);
            decref(th, v);
            if (bad) break;
        } else items[got] = v;
    }
    Value result = NO_VALUE;
    if (kind == 1 || kind == 2) {
        if (got == n) return kind == 1 ? list : set;
        goto fail;
    }
    if (got == n) result = tuple_from_owned(th, items, n);
    else
        for (size_t i = 0; i < got; i++) decref(th, items[i]);
    if (items != small) free(items);
    if (result && kind == 3) {
        Value f = frozenset_new(th, result);
        decref(th, result);
        result = f;
    }
    if (result && flag) r->refs[place] = new_ref(th, result);
    return result;
fail:
    decref(th, list);
    decref(th, set);
    return NO_VALUE;
}

static Value read_dict(MarshalReader *r, bool flag) {
    Thread *th = r->th;
    Value d = dict_new(th);
    if (!d) return NO_VALUE;
    if (flag && !ref_push(r, d)) goto fail;
    for (;;) {
        Value k = marshal_read(r);
        if (k == NO_VALUE) {
            if (error_pending(th)) goto fail;
            return d;
        }
        Value v = marshal_read(r);
        if (v == NO_VALUE) {
            decref(th, k);
            if (!error_pending(th)) raise_type_error(th, "NULL object in marshal data for dict");
            goto fail;
        }
        int bad = dict_set(th, AS(Dict, d), k, v);
        decref(th, k);
        decref(th, v);
        if (bad) goto fail;
    }
fail:
    decref(th, d);
    return NO_VALUE;
}

static Value read_any(MarshalReader *r) {
    Thread *th = r->th;
    uint32_t code, u;
    size_t n;
    const uint8_t *p;
    if (r->file) {
        if (!(p = marshal_need(r, 1))) return NO_VALUE;
        code = *p;
    } else {
        if (r->p == r->end) return raise_error(th, &exc_EOFError, "marshal data too short");
        code = *r->p++;
    }
    bool flag = (code & MARSHAL_FLAG_REF) != 0;
    switch (code & ~(uint32_t)MARSHAL_FLAG_REF) {
    case '0': return NO_VALUE; // without an exception: the end of a dict
    case 'N': return VALUE_NONE;
    case 'T': return VALUE_TRUE;
    case 'F': return VALUE_FALSE;
    case '.': return VALUE_ELLIPSIS;
    case 'S': return new_ref(th, VALUE_OF(&exc_StopIteration));
    case 'i': return marshal_get_u32(r, &u) ? with_ref(r, value_imm_int((int32_t)u), flag) : NO_VALUE;
    case 'I': {
        if (!(p = marshal_need(r, 8))) return NO_VALUE;
        int64_t i;
        memcpy(&i, p, 8);
        return with_ref(r, int_from_i64(th, i), flag);
    }
    case 'l': return with_ref(r, read_long(r), flag);
    case 'g': { double d; return get_double(r, &d) ? with_ref(r, float_from_double(th, d), flag) : NO_VALUE; }
    case 'f': { double d; return get_double_text(r, &d) ? with_ref(r, float_from_double(th, d), flag) : NO_VALUE; }
    case 'y': { double a, b; return get_double(r, &a) && get_double(r, &b) ? with_ref(r, complex_new(th, a, b), flag) : NO_VALUE; }
    case 'x': { double a, b; return get_double_text(r, &a) && get_double_text(r, &b) ? with_ref(r, complex_new(th, a, b), flag) : NO_VALUE; }
    case 's':
        if (!get_size(r, &n, "bytes object size out of range") || !(p = marshal_need(r, n))) return NO_VALUE;
        return with_ref(r, bytes_new(th, p, n), flag);
    case 'z': case 'Z':
        if (!get_u8(r, &u) || !(p = marshal_need(r, u))) return NO_VALUE;
        return with_ref(r, (code & 0x7F) == 'Z' ? str_intern(th, str_from_latin1(th, p, u)) : str_from_latin1(th, p, u), flag);
    case 'a': case 'A':
        if (!get_size(r, &n, "string size out of range") || !(p = marshal_need(r, n))) return NO_VALUE;
        return with_ref(r, (code & 0x7F) == 'A' ? str_intern(th, str_from_latin1(th, p, n)) : str_from_latin1(th, p, n), flag);
    case 'u': case 't': {
        if (!get_size(r, &n, "string size out of range") || !(p = marshal_need(r, n))) return NO_VALUE;
        Value s = codec_decode_text(th, p, n, "utf-8", "surrogatepass");
        return with_ref(r, (code & 0x7F) == 't' ? str_intern(th, s) : s, flag);
    }
    case ')': return get_u8(r, &u) ? read_items(r, 0, u, flag) : NO_VALUE;
    case '(': return get_size(r, &n, "tuple size out of range") ? read_items(r, 0, n, flag) : NO_VALUE;
    case '[': return get_size(r, &n, "list size out of range") ? read_items(r, 1, n, flag) : NO_VALUE;
    case '<': return get_size(r, &n, "set size out of range") ? read_items(r, 2, n, flag) : NO_VALUE;
    case '>': return get_size(r, &n, "set size out of range") ? read_items(r, 3, n, flag) : NO_VALUE;
    case '{': return read_dict(r, flag);
    case ':': {
        size_t place = r->nrefs;
        if (flag && !ref_push(r, NO_VALUE)) return NO_VALUE;
        Value a = marshal_read(r), b = a ? marshal_read(r) : NO_VALUE, c = b ? marshal_read(r) : NO_VALUE;
        Value s = c ? slice_new(th, a, b, c) : NO_VALUE;
        if (!s && !error_pending(th)) raise_type_error(th, "NULL object in marshal data for slice");
        decref(th, a);
        decref(th, b);
        decref(th, c);
        if (s && flag) r->refs[place] = new_ref(th, s);
        return s;
    }
    case 'c':
        if (!r->allow_code) return raise_value_error(th, "unmarshalling code objects is disallowed");
        return with_ref(r, marshal_read_code(r), flag);
    case 'r':
        if (!marshal_get_u32(r, &u)) return NO_VALUE;
        if (u >= r->nrefs || r->refs[u] == NO_VALUE) return marshal_bad(th, "invalid reference");
        return new_ref(th, r->refs[u]);
    default: return marshal_bad(th, "unknown type code");
    }
}

Value marshal_read(MarshalReader *r) {
    if (r->depth >= MARSHAL_MAX_DEPTH) return marshal_bad(r->th, "recursion limit exceeded");
    if (thread_c_recursion(r->th, " while unmarshalling")) return NO_VALUE;
    r->depth++;
    Value v = read_any(r);
    r->depth--;
    return v;
}

void marshal_reader_end(MarshalReader *r) {
    for (size_t i = 0; i < r->nrefs; i++) decref(r->th, r->refs[i]);
    free(r->refs);
    decref(r->th, r->chunk);
}

Value marshal_loads(Thread *th, const uint8_t *p, size_t n, bool allow_code) {
    MarshalReader r = {.th = th, .p = p, .end = p + n, .allow_code = allow_code};
    Value v = marshal_read(&r);
    if (v == NO_VALUE && !error_pending(th)) raise_type_error(th, "NULL object in marshal data for object");
    marshal_reader_end(&r);
    return v;
}
