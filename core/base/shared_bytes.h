// SPDX-License-Identifier: MIT
// Access to bytes that other threads may read and write at the same time: what a bytearray, an array or a memoryview exposes. A program that
// races on such memory sees old or new bytes, never anything else, and an aligned item of 1, 2, 4 or 8 bytes old or new as a whole. All these
// accesses are relaxed; what makes the memory itself stay is the caller's affair (an export, a lock, or a grace period).
#ifndef LADON_BASE_SHARED_BYTES_H
#define LADON_BASE_SHARED_BYTES_H

#include "core/base/atomic.h"

// One item of 1, 2, 4 or 8 bytes, whole when p is aligned, else byte by byte. Other sizes byte by byte.
ALWAYS_INLINE void shared_load(void *out, const void *p, size_t size) {
    if (size == 1) *(uint8_t *)out = atomic_load_relaxed((const uint8_t *)p);
    else if (size == 2 && !((uintptr_t)p & 1)) { uint16_t x = atomic_load_relaxed((const uint16_t *)p); __builtin_memcpy(out, &x, 2); }
    else if (size == 4 && !((uintptr_t)p & 3)) { uint32_t x = atomic_load_relaxed((const uint32_t *)p); __builtin_memcpy(out, &x, 4); }
    else if (size == 8 && !((uintptr_t)p & 7)) { uint64_t x = atomic_load_relaxed((const uint64_t *)p); __builtin_memcpy(out, &x, 8); }
    else for (size_t i = 0; i < size; i++) ((uint8_t *)out)[i] = atomic_load_relaxed((const uint8_t *)p + i);
}
ALWAYS_INLINE void shared_store(void *p, const void *in, size_t size) {
    if (size == 1) atomic_store_relaxed((uint8_t *)p, *(const uint8_t *)in);
    else if (size == 2 && !((uintptr_t)p & 1)) { uint16_t x; __builtin_memcpy(&x, in, 2); atomic_store_relaxed((uint16_t *)p, x); }
    else if (size == 4 && !((uintptr_t)p & 3)) { uint32_t x; __builtin_memcpy(&x, in, 4); atomic_store_relaxed((uint32_t *)p, x); }
    else if (size == 8 && !((uintptr_t)p & 7)) { uint64_t x; __builtin_memcpy(&x, in, 8); atomic_store_relaxed((uint64_t *)p, x); }
    else for (size_t i = 0; i < size; i++) atomic_store_relaxed((uint8_t *)p + i, ((const uint8_t *)in)[i]);
}
// memcpy and memmove with each side possibly shared, and memset of shared bytes.
void shared_copy(void *dst, const void *src, size_t n);
void shared_move(void *dst, const void *src, size_t n);   // as memmove
void shared_fill(void *dst, uint8_t c, size_t n);   // as memset
// memcmp where each side may be shared. If bytes change meanwhile, each one counts as it was when it was looked at.
int shared_compare(const void *p, const void *q, size_t n);

#endif
