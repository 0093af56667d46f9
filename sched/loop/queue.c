// SPDX-License-Identifier: MIT
// What a transport has still to send: a ring of Bytes, the first perhaps sent in part; for streams, pipes and TLS. Owner of the loop only; a reference that is
// given back is one to exact bytes, so no Python code runs in here.
#include "sched/loop/loop_int.h"

static Value queue_shift(Queue *q) {
    Value v = q->ring[q->first].data;
    q->first = (q->first + 1) & (q->cap - 1);
    q->n--;
    return v;
}
void queue_clear(Thread *th, Queue *q) {
    while (q->n) decref(th, queue_shift(q));
    atomic_store_relaxed(&q->bytes, (size_t)0);
}
void queue_free(Thread *th, Queue *q) {
    queue_clear(th, q);
    mem_free(q->ring);
    q->ring = NULL;
    q->cap = 0;
}
int queue_push(Thread *th, Queue *q, Value data, size_t at) {
    if (q->n == q->cap) {
        uint32_t cap = q->cap ? q->cap * 2 : 4;
        Chunk *ring = cap ? mem_alloc(th, cap * sizeof *ring) : NULL;      // 0: two thousand million pieces
        if (!ring) {
            if (!cap) raise_memory_error(th);
            decref(th, data);
            return -1;
        }
        for (size_t i = 0; i < q->n; i++) ring[i] = q->ring[(q->first + i) & (q->cap - 1)];
        mem_free(q->ring);
        q->ring = ring;
        q->first = 0;
        q->cap = cap;
    }
    q->ring[(q->first + q->n++) & (q->cap - 1)] = (Chunk){data, at};
    atomic_store_relaxed(&q->bytes, q->bytes + AS(Bytes, data)->len - at);
    return 0;
}
int queue_push_any(Thread *th, Queue *q, Value item) {
    Value keep;
    if (value_is_exact_bytes(item)) keep = new_ref(th, item);
    else {
        Buffer b;
        if (buffer_get_stable(th, item, &b) < 0) return -1;
        keep = bytes_new(th, b.buf, b.len);
        buffer_release(th, &b);
    }
    if (!keep) return -1;
    if (AS(Bytes, keep)->len) return queue_push(th, q, keep, 0);
    decref(th, keep);
    return 0;
}
size_t queue_iov(const Queue *q, struct iovec *iov, size_t *n) {
    size_t total = 0;
    *n = q->n < WRITE_IOV ? q->n : WRITE_IOV;
    for (size_t i = 0; i < *n; i++) {
        Chunk *c = queue_at(q, i);
        iov[i] = (struct iovec){AS(Bytes, c->data)->data + c->at, AS(Bytes, c->data)->len - c->at};
        total += iov[i].iov_len;
    }
    return total;
}
void queue_advance(Thread *th, Queue *q, size_t sent) {
    atomic_store_relaxed(&q->bytes, q->bytes - sent);
    while (sent) {
        Chunk *c = queue_at(q, 0);
        size_t left = AS(Bytes, c->data)->len - c->at;
        if (sent < left) {
            c->at += sent;
            return;
        }
        sent -= left;
        decref(th, queue_shift(q));
    }
}
