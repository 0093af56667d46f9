// SPDX-License-Identifier: MIT
// The regular expression engine: programs made from the code lists of re/_compiler.py (magic 20230612), run over plain
// arrays of 1-, 2- or 4-byte code points. Knows nothing of Python objects. A program is constant once made and may be
// shared by all threads; a state belongs to one thread at a time. No locks. The caller keeps text and program alive.
#ifndef LADON_SRE_SRE_H
#define LADON_SRE_SRE_H

#include "core/base/config.h"

#define SRE_MAGIC 20230612u
#define SRE_MAXREPEAT 0xFFFFFFFFu
#define SRE_MAXGROUPS 0x3FFFFFFFu

typedef struct SreProgram SreProgram;

// Checks and translates a code list.
//   code     `length` words as re/_compiler.py makes them; copied
//   groups   number of capturing groups, without group 0
//   error    set when NULL is returned: SRE_BAD_CODE or SRE_NO_MEMORY
SreProgram *sre_program_new(const uint32_t *code, size_t length, uint32_t groups, int *error);
void sre_program_free(SreProgram *program);

// What a run may return besides 0 (no match) and 1 (match).
enum { SRE_NO_MEMORY = -1, SRE_INTERRUPTED = -2, SRE_BAD_CODE = -3 };

typedef struct SreChoice SreChoice;
typedef struct SreTrail SreTrail;
enum { SRE_INLINE_REGS = 40, SRE_INLINE_CHOICES = 16, SRE_INLINE_TRAIL = 32 };

struct SreChoice {      // where to go on when what follows fails
    const uint32_t *ip;
    const void *ptr;
    uintptr_t a;        // by kind: remaining alternatives, or the other end of a run
    uint32_t kind;
    uint32_t unused;
    size_t trail;       // registers changed since then are put back from here
};
struct SreTrail { uintptr_t reg, old; };

// One text being matched. Fill it with sre_state_init; the fields below "results" may be read after a match.
typedef struct SreState {
    const SreProgram *program;
    const char *text;           // code point 0: what '^' and look-behind see as the beginning
    uint32_t width;             // 1, 2 or 4
    size_t length, end;         // in code points; '$' and matching stop at end
    bool full;                  // the match must reach end
    bool must_advance;          // the match at the first position tried must not be empty; cleared by a run
    bool dirty;                 // registers may hold something
    // Called every 65536 steps or so; non-zero stops the run with SRE_INTERRUPTED.
    int (*poll)(void *arg);
    void *poll_arg;
    uint32_t fuel;              // steps until the next poll
    // results
    size_t match_start, match_end;
    // register 0: last closed group; 1 + 2g and 2 + 2g: ends of group g + 1 as addresses, 0: unset; then loops
    uintptr_t *regs;
    SreChoice *choices;
    SreTrail *trail;
    size_t choice_cap, trail_cap;
    uintptr_t inline_regs[SRE_INLINE_REGS];
    SreChoice inline_choices[SRE_INLINE_CHOICES];
    SreTrail inline_trail[SRE_INLINE_TRAIL];
} SreState;

// Prepares a state. Returns 0, or SRE_NO_MEMORY (nothing to free then).
//   end      of the part to match, <= length
int sre_state_init(SreState *s, const SreProgram *program, const void *text, uint32_t width, size_t length, size_t end);
void sre_state_free(SreState *s);

// Matches at code point `pos` (<= end). Returns 1, 0 or an error.
int sre_match(SreState *s, size_t pos);
// Finds the first match at or after `pos` (<= end). Returns 1, 0 or an error.
int sre_search(SreState *s, size_t pos);

// After a match: the ends of group g (0: all of it). Returns false when the group did not take part.
bool sre_group(const SreState *s, uint32_t g, size_t *start, size_t *end);
// After a match: the number of the group closed last, 0: none.
static inline uint32_t sre_last_index(const SreState *s) { return (uint32_t)s->regs[0]; }

uint32_t sre_program_groups(const SreProgram *program);

// Case helpers that re/_compiler.py asks for.
bool sre_ascii_iscased(uint32_t ch);
bool sre_unicode_iscased(uint32_t ch);
uint32_t sre_ascii_tolower(uint32_t ch);
uint32_t sre_unicode_tolower(uint32_t ch);

#endif
