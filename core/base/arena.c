// SPDX-License-Identifier: MIT
// Chunk arena, see arena.h. Chunks double from 16 KiB to 1 MiB; a larger request gets its own chunk.
#include "core/base/arena.h"

#include <stdio.h>
#include <stdlib.h>

struct ArenaChunk {
    ArenaChunk *older;
    size_t      size; // bytes after this header
};

enum { ARENA_FIRST_CHUNK = 16 * 1024, ARENA_MAX_CHUNK = 1024 * 1024 };

void arena_init(Arena *arena) {
    *arena = (Arena){0};
}

static void chunks_free_until(Arena *arena, ArenaChunk *keep) {
    ArenaChunk *chunk = arena->chunks;
    while (chunk != keep) {
        ArenaChunk *older = chunk->older;
        arena->total -= chunk->size;
        free(chunk);
        chunk = older;
    }
    arena->chunks = keep;
}

void arena_free(Arena *arena) {
    chunks_free_until(arena, NULL);
    *arena = (Arena){0};
}

void *arena_alloc_slow(Arena *arena, size_t size) {
    size_t chunk_size = arena->chunks ? arena->chunks->size * 2 : ARENA_FIRST_CHUNK;
    if (chunk_size > ARENA_MAX_CHUNK) chunk_size = ARENA_MAX_CHUNK;
    if (chunk_size < size) chunk_size = size;
    ArenaChunk *chunk = malloc(sizeof *chunk + chunk_size);
    if (!chunk) {
        fputs("ladon: out of memory\n", stderr);
        abort();
    }
    chunk->older = arena->chunks;
    chunk->size = chunk_size;
    arena->chunks = chunk;
    arena->total += chunk_size;
    char *start = (char *)(chunk + 1);
    arena->next = start + size;
    arena->limit = start + chunk_size;
    return start;
}

void arena_release_to(Arena *arena, ArenaMark mark) {
    chunks_free_until(arena, mark.chunk);
    arena->next = mark.next;
    arena->limit = mark.chunk ? (char *)(mark.chunk + 1) + mark.chunk->size : NULL;
}
