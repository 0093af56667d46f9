// SPDX-License-Identifier: MIT
// Copies of bytes that other threads may be writing. C has no per-byte atomic memcpy (C++'s proposal P1478 describes the one meant here): outside
// of ThreadSanitizer the library's memcpy and memmove are it. They are out of line, so the compiler assumes nothing about what they read twice, and on
// our targets they move naturally aligned items whole: every piece they move is a word or vector that either is aligned in the destination or
// lies in one cache line as far as each item in it goes. ThreadSanitizer is told what they are by doing the same with relaxed atomics, so it still
// reports an access elsewhere that is not meant to race.
#include "core/base/shared_bytes.h"

#include <string.h>

#if defined(__SANITIZE_THREAD__)
#define ITEMWISE 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define ITEMWISE 1
#endif
#endif

#ifdef ITEMWISE
// The widest item that both addresses and the length are multiples of.
static size_t item_size(const void *a, const void *b, size_t n) {
    uintptr_t bits = (uintptr_t)a | (uintptr_t)b | n | 8;
    return (size_t)(bits & -bits);
}
static void move_items(uint8_t *to, const uint8_t *from, size_t n) {
    size_t size = item_size(to, from, n);
    uint64_t item = 0;
    bool up = (uintptr_t)to <= (uintptr_t)from;
    for (size_t k = 0; k < n; k += size) {
        size_t i = up ? k : n - size - k;
        shared_load(&item, from + i, size);
        shared_store(to + i, &item, size);
    }
}
void shared_copy(void *dst, const void *src, size_t n) { move_items(dst, src, n); }
void shared_move(void *dst, const void *src, size_t n) { move_items(dst, src, n); }
void shared_fill(void *dst, uint8_t c, size_t n) {
    for (size_t i = 0; i < n; i++) atomic_store_relaxed((uint8_t *)dst + i, c);
}
#else
NOINLINE void shared_copy(void *dst, const void *src, size_t n) { if (n) memcpy(dst, src, n); }
NOINLINE void shared_move(void *dst, const void *src, size_t n) { if (n) memmove(dst, src, n); }
NOINLINE void shared_fill(void *dst, uint8_t c, size_t n) { if (n) memset(dst, c, n); }
#endif

// memcmp's result is only meant for memory that stays as it is: compare private copies, piece by piece.
int shared_compare(const void *p, const void *q, size_t n) {
    uint8_t a[1024], b[1024];
    for (size_t at = 0; at < n;) {
        size_t k = n - at < sizeof a ? n - at : sizeof a;
        shared_copy(a, (const uint8_t *)p + at, k);
        shared_copy(b, (const uint8_t *)q + at, k);
        int r = memcmp(a, b, k);
        if (r) return r;
        at += k;
    }
    return 0;
}
