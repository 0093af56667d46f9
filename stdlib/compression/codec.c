// SPDX-License-Identifier: MIT
// The shared part of the compression modules: see codec.h.
#include "stdlib/compression/codec.h"

#include <string.h>

int output_init(Output *o, Thread *th, size_t hint, size_t max) {
    if (hint > max) hint = max;
    if (hint == 0) hint = 1;
    *o = (Output){th, mem_alloc(th, hint), 0, hint, max};
    return o->p ? 0 : -1;
}
int output_grow(Output *o) {
    if (o->len < o->cap && o->len < o->max) return 0;
    if (o->len >= o->max) return 1;
    size_t cap = o->cap < 1024 ? 1024 : o->cap * 2;
    if (cap > o->max) cap = o->max;
    uint8_t *p = mem_realloc(o->th, o->p, cap);
    if (!p) return -1;
    o->p = p;
    o->cap = cap;
    return 0;
}
Value output_finish(Output *o) {
    Value r = bytes_new(o->th, o->p, o->len);
    mem_free(o->p);
    return r;
}

int codec_run(Thread *th, const Codec *c, void *self, int mode, const uint8_t **in, size_t *n, Output *o) {
    if (*n == 0) *in = (const uint8_t *)""; // perhaps NULL, which steps must not compute with
    for (bool first = true;; first = false) {
        int full = output_grow(o);
        if (full < 0) return RUN_ERROR;
        if (full > 0 && !first) return RUN_MORE; // the first step is made without room, too: the stream may end there
        uint8_t *out = o->p + o->len;
        size_t room = (o->max < o->cap ? o->max : o->cap) - o->len, had = room, given = *n;
        int result;
        if (given >= CODEC_DETACH_FROM || room >= 4 * CODEC_BUFFER) {
            BLOCKING_BEGIN(th);
            result = c->step(self, mode, in, n, &out, &room);
            BLOCKING_END;
        } else {
            result = c->step(self, mode, in, n, &out, &room);
        }
        o->len += had - room;
        int r = c->check(th, self, mode, result);
        if (r == RUN_AGAIN) continue;
        if (r != RUN_MORE) return r;
        if ((*n == 0 && room > 0) || (*n == given && room == had)) return RUN_MORE; // all is out, or it gets no further
    }
}
Value codec_run_all(Thread *th, const Codec *c, void *self, int mode, const uint8_t *p, size_t n, size_t hint) {
    Output o;
    if (output_init(&o, th, hint, SIZE_MAX) < 0) return NO_VALUE;
    if (codec_run(th, c, self, mode, &p, &n, &o) != RUN_ERROR) return output_finish(&o);
    output_drop(&o);
    return NO_VALUE;
}

// ---- the compressor object -------------------------------------------------------------------------------------------------------------

static Value compress(Thread *th, Compressor *c, const Codec *codec, int mode, const uint8_t *p, size_t n, bool last) {
    work_lock(th, &c->lock);
    Value r = !c->flushed ? codec_run_all(th, codec, c, mode, p, n, CODEC_BUFFER / 4)
                          : raise_value_error(th, last ? "Repeated call to flush()" : "Compressor has been flushed");
    c->flushed |= last;
    work_unlock(th, &c->lock);
    return r;
}
Value compressor_compress(Thread *th, Compressor *c, const Codec *codec, int mode, Value data) {
    Buffer b;
    if (buffer_get(th, data, &b, BUF_SIMPLE) < 0) return NO_VALUE;
    Value r = compress(th, c, codec, mode, b.buf, b.len, false);
    buffer_release(th, &b);
    return r;
}
Value compressor_flush(Thread *th, Compressor *c, const Codec *codec, int mode) { return compress(th, c, codec, mode, NULL, 0, true); }

// ---- the decompressor object ----------------------------------------------------------------------------------------------------------

void decompressor_init(Decompressor *d) {
    d->unused = bytes_empty;
    d->needs_input = true;
}
void decompressor_release(Thread *th, Decompressor *d) {
    mem_free(d->kept);
    decref(th, d->unused);
}

// Stores what is left of the input, which may lie in the block kept so far. Under the lock. 0 or -1.
static int keep_rest(Thread *th, Decompressor *d, const uint8_t *p, size_t n, bool ended, bool room_left) {
    uint8_t *kept = NULL;
    if (ended) {
        Value unused = n ? bytes_new(th, p, n) : bytes_empty;
        if (unused == NO_VALUE) return -1;
        d->unused = unused; // was b''
        d->eof = true;
        d->needs_input = false;
        n = 0;
    } else {
        d->needs_input = n == 0 && room_left;
        if (n) {
            if (!(kept = mem_alloc(th, n))) return -1;
            memcpy(kept, p, n);
        }
    }
    mem_free(d->kept);
    d->kept = kept;
    d->kept_len = n;
    return 0;
}

// Under the lock: RUN_ERROR with the exception set, or what codec_run said.
static int decompress_locked(Thread *th, Decompressor *d, const Codec *c, const uint8_t *p, size_t n, Output *o, const char *at_end) {
    if (d->eof) {
        raise_error(th, &exc_EOFError, "%s", at_end);
        return RUN_ERROR;
    }
    if (d->unusable) {
        raise_value_error(th, "Decompressor is unusable after a previous error");
        return RUN_ERROR;
    }
    if (d->kept_len) {
        uint8_t *joined = mem_realloc(th, d->kept, d->kept_len + n);
        if (!joined) return RUN_ERROR;
        if (n) memcpy(joined + d->kept_len, p, n);
        d->kept = joined;
        p = joined;
        n += d->kept_len;
    }
    int r = codec_run(th, c, d, 0, &p, &n, o);
    if (r != RUN_ERROR && keep_rest(th, d, p, n, r == RUN_END, o->len < o->max) == 0) return r;
    mem_free(d->kept);
    d->kept = NULL;
    d->kept_len = 0;
    d->needs_input = !d->unusable;
    return RUN_ERROR;
}

Value decompressor_decompress(Thread *th, Decompressor *d, const Codec *c, Value *args, const char *at_end) {
    intptr_t max = -1;
    if (args[1] != NO_VALUE && number_as_c_ssize(th, args[1], &max) < 0) return NO_VALUE;
    Buffer b;
    if (buffer_get(th, args[0], &b, BUF_SIMPLE) < 0) return NO_VALUE;
    Output o;
    Value r = NO_VALUE;
    if (output_init(&o, th, max > 0 && max < CODEC_BUFFER ? (size_t)max : CODEC_BUFFER, max >= 0 ? (size_t)max : SIZE_MAX) == 0) {
        work_lock(th, &d->lock);
        int run = decompress_locked(th, d, c, b.buf, b.len, &o, at_end);
        work_unlock(th, &d->lock);
        if (run == RUN_ERROR) output_drop(&o);
        else r = output_finish(&o);
    }
    buffer_release(th, &b);
    return r;
}

Value locked_get(Thread *th, ObjLock *lock, const Value *field) {
    work_lock(th, lock);
    Value v = new_ref(th, *field);
    work_unlock(th, lock);
    return v;
}
Value locked_get_bool(Thread *th, ObjLock *lock, const bool *field) {
    work_lock(th, lock);
    bool v = *field;
    work_unlock(th, lock);
    return value_bool(v);
}
Value decompressor_get_unused_data(Thread *th, Value self) {
    Decompressor *d = AS(Decompressor, self);
    return locked_get(th, &d->lock, &d->unused);
}
Value decompressor_get_eof(Thread *th, Value self) {
    Decompressor *d = AS(Decompressor, self);
    return locked_get_bool(th, &d->lock, &d->eof);
}
Value decompressor_get_needs_input(Thread *th, Value self) {
    Decompressor *d = AS(Decompressor, self);
    return locked_get_bool(th, &d->lock, &d->needs_input);
}
