// SPDX-License-Identifier: MIT
// What a Pickler has written: a bytes object that is filled in place and handed out at the end, and the frames in it. A frame's header is reserved when
// the first byte of the frame is written, and filled in when it ends; a frame too short to need one is moved over it. Large payloads stand outside of
// frames, and go to a file as they are. Only the user of the Pickler comes here.
#include "core/base/shared_bytes.h"
#include "core/object/call.h"
#include "core/object/names.h"
#include "stdlib/_pickle/pickle_int.h"

enum { FRAME_HEADER = 9, FRAME_MIN = 4, FRAME_TARGET = 64 * 1024, OUT_FIRST = 1024 };

static int out_alloc(Thread *th, Pickler *p, size_t cap) {
    Value b = bytes_new(th, NULL, cap);
    if (!b) return -1;
    if (p->len) memcpy(AS(Bytes, b)->data, p->buf, p->len);
    Value old = p->out;
    p->out = b;
    p->buf = AS(Bytes, b)->data;
    decref(th, old);
    return 0;
}
static void set_limit(Pickler *p) {
    p->limit = !p->out || (p->framing && p->frame_start < 0) ? 0 : AS(Bytes, p->out)->len; // no buffer: after an error
    p->boundary = p->frame_start < 0 ? SIZE_MAX : (size_t)p->frame_start + FRAME_HEADER + FRAME_TARGET;
}

int out_start(Thread *th, Pickler *p) {
    p->len = 0;
    p->framing = false;
    p->frame_start = -1;
    if (out_alloc(th, p, OUT_FIRST) < 0) return -1;
    set_limit(p);
    return 0;
}

uint8_t *out_room_slow(Thread *th, Pickler *p, size_t n) {
    bool begin = p->framing && p->frame_start < 0;
    size_t more = n + (begin ? FRAME_HEADER : 0), cap = AS(Bytes, p->out)->len;
    if (n > SIZE_MAX / 4 || p->len > SIZE_MAX / 4) {
        raise_memory_error(th);
        return NULL;
    }
    // No more is added than may be left over at the end without a copy (bytes_cut); a single large piece gets what it needs.
    if (more > cap - p->len) {
        size_t need = p->len + more + 64, grown = cap < 1 << 16 ? cap * 2 : cap + cap / 3;
        if (out_alloc(th, p, need > grown ? need : grown) < 0) return NULL;
    }
    if (begin) {
        p->frame_start = (intptr_t)p->len;
        p->len += FRAME_HEADER;
    }
    set_limit(p);
    uint8_t *b = p->buf + p->len;
    p->len += n;
    return b;
}

int out_bytes(Thread *th, Pickler *p, const void *data, size_t n) {
    uint8_t *b = out_room(th, p, n);
    if (!b) return -1;
    memcpy(b, data, n);
    return 0;
}

static void frame_end(Pickler *p) {
    if (p->frame_start < 0) return;
    uint8_t *head = p->buf + p->frame_start;
    uint64_t n = p->len - (size_t)p->frame_start - FRAME_HEADER;
    if (n >= FRAME_MIN) {
        head[0] = OPC_FRAME;
        for (int i = 0; i < 8; i++) head[1 + i] = (uint8_t)(n >> 8 * i);
    } else {
        memmove(head, head + FRAME_HEADER, n);
        p->len -= FRAME_HEADER;
    }
    p->frame_start = -1;
    set_limit(p);
}

int out_flush(Thread *th, Pickler *p) {
    Value b = out_take(th, p);
    if (!b) return -1;
    Value r = call1(th, p->write, b);
    decref(th, b);
    decref(th, r);
    if (!r) return -1;
    p->len = 0;
    p->frame_start = -1;
    if (out_alloc(th, p, OUT_FIRST) < 0) return -1;
    set_limit(p);
    return 0;
}

int out_boundary(Thread *th, Pickler *p) {
    frame_end(p);
    return p->write ? out_flush(th, p) : 0;
}

int out_payload(Thread *th, Pickler *p, const uint8_t *header, size_t header_n, const uint8_t *data, size_t n, Value object, bool shared) {
    bool framing = p->framing, large = n >= FRAME_TARGET;
    if (large) { // it ends the frame, and stands outside
        frame_end(p);
        p->framing = false;
        set_limit(p);
    }
    int r = out_bytes(th, p, header, header_n);
    if (r == 0 && large && p->write) {
        Value payload = object ? new_ref(th, object) : shared ? bytes_of_shared(th, data, n) : bytes_new(th, data, n);
        Value done = payload && out_flush(th, p) == 0 ? call1(th, p->write, payload) : NO_VALUE;
        if (!done) r = -1;
        decref(th, done);
        decref(th, payload);
    } else if (r == 0) {
        uint8_t *b = out_room(th, p, n);
        if (!b) r = -1;
        else if (UNLIKELY(shared)) shared_copy(b, data, n);
        else memcpy(b, data, n);
    }
    p->framing = framing;
    set_limit(p);
    return r;
}

void out_framing_end(Thread *th, Pickler *p) {
    frame_end(p);
    p->framing = false;
    set_limit(p);
}

Value out_take(Thread *th, Pickler *p) {
    frame_end(p);
    Value b = p->out;
    p->out = NO_VALUE;
    p->buf = NULL;
    p->limit = 0;
    size_t n = p->len;
    p->len = 0;
    return bytes_cut(th, b, n);
}
