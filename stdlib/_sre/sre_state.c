// SPDX-License-Identifier: MIT
// States: their memory, results, and the choice of matcher by text width. A state has one user at a time; no locks.
#include <stdlib.h>
#include <string.h>

#include "stdlib/_sre/sre_int.h"

int sre_state_init(SreState *s, const SreProgram *program, const void *text, uint32_t width, size_t length, size_t end) {
    s->program = program;
    s->text = text ? text : (const void *)s; // unset groups are null addresses, so the text's must not be one
    s->width = width;
    s->length = length, s->end = end;
    s->full = s->must_advance = false;
    s->poll = NULL, s->poll_arg = NULL;
    s->fuel = 65536;
    s->match_start = s->match_end = 0;
    s->regs = s->inline_regs;
    if (program->regs > SRE_INLINE_REGS) {
        s->regs = malloc(program->regs * sizeof *s->regs);
        if (!s->regs) return SRE_NO_MEMORY;
    }
    memset(s->regs, 0, program->regs * sizeof *s->regs);
    s->dirty = false;
    s->choices = s->inline_choices, s->choice_cap = SRE_INLINE_CHOICES;
    s->trail = s->inline_trail, s->trail_cap = SRE_INLINE_TRAIL;
    return 0;
}

void sre_state_free(SreState *s) {
    if (s->regs != s->inline_regs) free(s->regs);
    if (s->choices != s->inline_choices) free(s->choices);
    if (s->trail != s->inline_trail) free(s->trail);
}

static void *grow(void *old, const void *inline_part, size_t *cap, size_t size) {
    if (*cap > SIZE_MAX / size / 4) return NULL;
    size_t bytes = *cap * 2 * size;
    void *fresh = old == inline_part ? malloc(bytes) : realloc(old, bytes);
    if (!fresh) return NULL;
    if (old == inline_part) memcpy(fresh, old, *cap * size);
    *cap *= 2;
    return fresh;
}

int sre_grow_choices(SreState *s) {
    void *fresh = grow(s->choices, s->inline_choices, &s->choice_cap, sizeof *s->choices);
    if (!fresh) return SRE_NO_MEMORY;
    s->choices = fresh;
    return 0;
}

int sre_grow_trail(SreState *s) {
    void *fresh = grow(s->trail, s->inline_trail, &s->trail_cap, sizeof *s->trail);
    if (!fresh) return SRE_NO_MEMORY;
    s->trail = fresh;
    return 0;
}

int sre_match(SreState *s, size_t pos) {
    return s->width == 1 ? sre_match_1(s, pos) : s->width == 2 ? sre_match_2(s, pos) : sre_match_4(s, pos);
}

int sre_search(SreState *s, size_t pos) {
    return s->width == 1 ? sre_search_1(s, pos) : s->width == 2 ? sre_search_2(s, pos) : sre_search_4(s, pos);
}

bool sre_group(const SreState *s, uint32_t g, size_t *start, size_t *end) {
    if (g == 0) {
        *start = s->match_start, *end = s->match_end;
        return true;
    }
    uintptr_t a = s->regs[2 * g - 1], b = s->regs[2 * g];
    if (!a || !b || b < a) return false; // begun again and not ended: as if it had not taken part
    *start = (a - (uintptr_t)s->text) / s->width;
    *end = (b - (uintptr_t)s->text) / s->width;
    return true;
}
