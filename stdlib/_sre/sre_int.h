// SPDX-License-Identifier: MIT
// Inside the engine: the code words of re/_constants.py, our own instructions and the program they make up.
// Invariant of a program: every target is the place of an instruction, every register, set and table number is in
// range, control cannot run off the end. The matcher relies on it and checks nothing again. Constant after creation.
#ifndef LADON_SRE_SRE_INT_H
#define LADON_SRE_SRE_INT_H

#include "stdlib/_sre/sre.h"

// Code words, in the order of re/_constants.py.
enum {
    C_FAILURE, C_SUCCESS, C_ANY, C_ANY_ALL, C_ASSERT, C_ASSERT_NOT, C_AT, C_BRANCH, C_CATEGORY, C_CHARSET, C_BIGCHARSET,
    C_GROUPREF, C_GROUPREF_EXISTS, C_IN, C_INFO, C_JUMP, C_LITERAL, C_MARK, C_MAX_UNTIL, C_MIN_UNTIL, C_NOT_LITERAL,
    C_NEGATE, C_RANGE, C_REPEAT, C_REPEAT_ONE, C_SUBPATTERN, C_MIN_REPEAT_ONE, C_ATOMIC_GROUP, C_POSSESSIVE_REPEAT,
    C_POSSESSIVE_REPEAT_ONE,
    C_GROUPREF_IGNORE, C_IN_IGNORE, C_LITERAL_IGNORE, C_NOT_LITERAL_IGNORE,
    C_GROUPREF_LOC_IGNORE, C_IN_LOC_IGNORE, C_LITERAL_LOC_IGNORE, C_NOT_LITERAL_LOC_IGNORE,
    C_GROUPREF_UNI_IGNORE, C_IN_UNI_IGNORE, C_LITERAL_UNI_IGNORE, C_NOT_LITERAL_UNI_IGNORE, C_RANGE_UNI_IGNORE
};
enum {
    AT_BEGINNING, AT_BEGINNING_LINE, AT_BEGINNING_STRING, AT_BOUNDARY, AT_NON_BOUNDARY, AT_END, AT_END_LINE,
    AT_END_STRING, AT_LOC_BOUNDARY, AT_LOC_NON_BOUNDARY, AT_UNI_BOUNDARY, AT_UNI_NON_BOUNDARY, AT_COUNT
};
enum {
    CAT_DIGIT, CAT_NOT_DIGIT, CAT_SPACE, CAT_NOT_SPACE, CAT_WORD, CAT_NOT_WORD, CAT_LINEBREAK, CAT_NOT_LINEBREAK,
    CAT_LOC_WORD, CAT_LOC_NOT_WORD, CAT_UNI_DIGIT, CAT_UNI_NOT_DIGIT, CAT_UNI_SPACE, CAT_UNI_NOT_SPACE, CAT_UNI_WORD,
    CAT_UNI_NOT_WORD, CAT_UNI_LINEBREAK, CAT_UNI_NOT_LINEBREAK, CAT_COUNT
};

// How a character is changed before a set looks at it.
typedef enum SreFold { FOLD_NONE, FOLD_ASCII, FOLD_UNICODE, FOLD_LOCALE, FOLD_LOCALE_LITERAL } SreFold;

// Our instructions: OP(name, words it takes).
//   targets are places in SreProgram.code; tables are numbers of SreTables; a, b are registers
#define SRE_INSTRUCTIONS(OP)                                                                                           \
    OP(MATCH, 1)            /* the end */                                                                              \
    OP(FAIL, 1)                                                                                                        \
    OP(ANY, 1)              /* any but a newline */                                                                    \
    OP(ANY_ALL, 1)                                                                                                     \
    OP(LIT, 2)              /* character */                                                                            \
    OP(NLIT, 2)             /* character */                                                                            \
    OP(SET, 2)              /* set */                                                                                  \
    OP(SET_LOC, 2)          /* set that asks the locale */                                                             \
    OP(LITS, 2)             /* count, characters... */                                                                 \
    OP(AT, 2)               /* AT_* */                                                                                 \
    OP(MARK, 2)             /* mark number */                                                                          \
    OP(JUMP, 2)             /* target */                                                                               \
    OP(BRANCH, 2)           /* table */                                                                                \
    OP(REP, 9)              /* REP_* words below: a run of one kind of character */                                    \
    OP(REPEAT, 3)           /* register, target of the UNTIL */                                                        \
    OP(UNTIL_MAX, 5)        /* register, min, max, table of body and tail */                                           \
    OP(UNTIL_MIN, 5)        /* the same */                                                                             \
    OP(ASSERT, 4)           /* register, look-behind, target after it */                                               \
    OP(ASSERT_END, 2)       /* register */                                                                             \
    OP(ASSERT_NOT, 4)       /* register, look-behind, target after it */                                               \
    OP(ASSERT_NOT_END, 2)   /* register */                                                                             \
    OP(ATOMIC, 2)           /* register */                                                                             \
    OP(ATOMIC_END, 2)       /* register */                                                                             \
    OP(POSS, 3)             /* register, target of the POSS_ITER */                                                    \
    OP(POSS_ITER, 5)        /* register, min, max, table of body and tail */                                           \
    OP(POSS_END, 3)         /* register, target of the POSS_ITER */                                                    \
    OP(GROUPREF, 2)         /* group, from 0 */                                                                        \
    OP(GROUPREF_IGNORE, 3)  /* group, SreFold */                                                                       \
    OP(GROUPREF_EXISTS, 3)  /* group, target if it is unset */

#define SRE_ENUM(name, words) I_##name,
enum { SRE_INSTRUCTIONS(SRE_ENUM) I_COUNT };
#undef SRE_ENUM
#define SRE_WORDS(name, words) W_##name = words,
enum { SRE_INSTRUCTIONS(SRE_WORDS) W_COUNT };
#undef SRE_WORDS

// Words of REP.
enum {
    REP_MIN = 1, REP_MAX,
    REP_CLASS, // I_ANY, I_ANY_ALL, I_LIT, I_NLIT, I_SET or I_SET_LOC
    REP_ARG,   // the character or set
    REP_MODE,  // REP_GREEDY, ...
    REP_ALONE, // 1: in 1-byte text only the longest run can lead to a match; 3: in any text
    REP_TAIL,  // TAIL_*: what is known of the character that must follow
    REP_TAIL_ARG
};
enum { REP_GREEDY, REP_LAZY, REP_POSSESSIVE };
enum { TAIL_ANY, TAIL_LIT, TAIL_TABLE };

enum { HIGH_NONE, HIGH_ALL, HIGH_ASK }; // what a set says about characters from 256

typedef struct SreSet {
    uint8_t map[256];     // not for sets that ask the locale
    uint64_t bits[4];     // the same in bits
    uint8_t high;         // HIGH_*
    uint8_t fold;         // SreFold
    const uint32_t *code; // items as in the code list, checked, up to FAILURE
} SreSet;

// For each character the alternatives it can begin, as bits. An alternative that cannot match there is never tried.
enum { SRE_ALTERNATIVES = 32 };
typedef struct SreTable {
    uint32_t map[256];
    uint64_t bits[4]; // characters that map has anything for, when ready
    uint32_t high;    // for any character from 256
    uint32_t at_end;  // when no character is left
    uint32_t count;   // of targets
    bool ready;
    uint32_t target[SRE_ALTERNATIVES];
} SreTable;

enum { SCAN_ALL, SCAN_ANCHORED, SCAN_LITERAL, SCAN_TABLE };
enum { SRE_PREFIX_MAX = 64 };

struct SreProgram {
    uint32_t *code;
    size_t code_len, code_cap;
    uint32_t *source; // the code list; sets point into it
    size_t source_len;
    SreSet *sets;
    size_t set_count, set_cap;
    uint32_t **literals; // items of sets that stand for one character
    size_t literal_count, literal_cap;
    SreTable *tables;
    size_t table_count, table_cap;
    uint32_t groups, regs, min_width;
    int scan;            // how sre_search finds candidates
    bool whole_literal;  // the prefix is all there is
    uint32_t prefix_len, prefix[SRE_PREFIX_MAX];
    uint32_t scan_table; // for SCAN_TABLE: one alternative, the whole program
};

// What can stand at a place for matching from there to succeed: an upper bound.
// Part w of 256 words or bytes, one for each of 64 bits: 0 or 1.
#define SRE_SPREAD(map, w, word) do { uint64_t word_ = (word); for (int k_ = 0; k_ < 64; k_++) (map)[(w) * 64 + k_] = word_ >> k_ & 1; } while (0)

typedef struct SreFirst {
    uint64_t bits[4];
    bool high, at_end;
} SreFirst;

// Fills in tables, runs and the search strategy of a translated program. Returns 0 or SRE_NO_MEMORY.
int sre_optimize(SreProgram *p);
// Adds an empty table; -1: no memory.
int64_t sre_table_new(SreProgram *p);

bool sre_category(uint32_t category, uint32_t ch);
// Checks items of a set from *at (< end) on; moves *at behind the FAILURE that ends them.
bool sre_set_check(const uint32_t *code, size_t *at, size_t end);
bool sre_set_has(const uint32_t *items, uint32_t ch);                  // without folding
bool sre_set_has_folded(const SreSet *set, uint32_t ch);
void sre_set_prepare(SreSet *set);                                     // fills map and high
uint32_t sre_fold(SreFold fold, uint32_t ch);

int sre_match_1(SreState *s, size_t pos);
int sre_match_2(SreState *s, size_t pos);
int sre_match_4(SreState *s, size_t pos);
int sre_search_1(SreState *s, size_t pos);
int sre_search_2(SreState *s, size_t pos);
int sre_search_4(SreState *s, size_t pos);
// Double the stacks. Return 0 or SRE_NO_MEMORY.
int sre_grow_choices(SreState *s);
int sre_grow_trail(SreState *s);

static inline uint32_t sre_regs(const SreProgram *p) { return p->regs; }

#endif
