// SPDX-License-Identifier: MIT
// Chunk arena: many small allocations that die together. Invariant: a pointer handed out stays valid
// and does not move until arena_free() or arena_release_to() a mark taken before it. Not thread-safe:
// one owner at a time. Any floor may use it. No locks.
#ifndef LADON_BASE_ARENA_H
#define LADON_BASE_ARENA_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct ArenaChunk ArenaChunk;

typedef struct Arena {
    char       *next;   // first free byte of the newest chunk
    char       *limit;  // end of the newest chunk
    ArenaChunk *chunks; // newest first
    size_t      total;  // bytes obtained from the system
} Arena;

// A place to which an arena can be rolled back.
typedef struct ArenaMark {
    ArenaChunk *chunk;
    char       *next;
} ArenaMark;

// Makes an empty arena; allocates nothing yet.
void arena_init(Arena *arena);

// Frees everything the arena handed out. The arena may be used again.
void arena_free(Arena *arena);

// Slow half of arena_alloc: a new chunk. Aborts the process when the system has no memory.
void *arena_alloc_slow(Arena *arena, size_t size);

// Returns size bytes, aligned to 8, not cleared. Never NULL.
static inline void *arena_alloc(Arena *arena, size_t size) {
    size = (size + 7) & ~(size_t)7;
    if (__builtin_expect((size_t)(arena->limit - arena->next) >= size, 1) && arena->next != NULL) {
        void *p = arena->next;
        arena->next += size;
        return p;
    }
    return arena_alloc_slow(arena, size);
}

// Returns size cleared bytes, aligned to 8. Never NULL.
static inline void *arena_zalloc(Arena *arena, size_t size) {
    return memset(arena_alloc(arena, size), 0, size);
}

// Copies len bytes and a terminating NUL into the arena.
static inline char *arena_copy(Arena *arena, const void *bytes, size_t len) {
    char *p = arena_alloc(arena, len + 1);
    if (len) memcpy(p, bytes, len);
    p[len] = 0;
    return p;
}

// Remembers the present end of the arena.
static inline ArenaMark arena_mark(const Arena *arena) {
    return (ArenaMark){arena->chunks, arena->next};
}

// Gives back everything allocated since the mark was taken.
void arena_release_to(Arena *arena, ArenaMark mark);

#endif
