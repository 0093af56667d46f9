// SPDX-License-Identifier: MIT
// The tables of the double-byte character sets, made from the C library's iconv(3) when a codec first needs them.
#ifndef LADON_STDLIB_MULTIBYTECODEC_TABLES_H
#define LADON_STDLIB_MULTIBYTECODEC_TABLES_H

#include "core/object/type.h"

// Sets with codes of 7 bits a byte (0x2121 to 0x7E7E; the second plane of JIS X 0213 with 0x8000 added), then encodings with their own codes.
typedef enum CjkSet { CJK_NONE, CJK_GB2312, CJK_KSX1001, CJK_JISX0208, CJK_JISX0212, CJK_JISX0213, CJK_GBK, CJK_GB18030, CJK_BIG5, CJK_CP950, CJK_HKSCS,
                      CJK_CP932, CJK_UHC, CJK_JOHAB, CJK_COUNT } CjkSet;

enum { CJK_UCS_END = 0x30000, CJK_PAIRS_MAX = 64, CJK_PAIR_START = 0xFFFF, GB18030_LINEAR = 39420 };

typedef struct CjkPair { uint16_t first, second, code; } CjkPair;

// Constant once published.
typedef struct CjkTable {
    uint32_t *to_ucs;                         // [c] by code: a code point; 0: none; above 0x10FFFF: two characters, the first in the high half
    uint16_t *pages[CJK_UCS_END >> 8];        // [c] by code point: its code; 0: none; CJK_PAIR_START: it may begin one of the pairs
    int       npairs;
    CjkPair   pairs[CJK_PAIRS_MAX];           // [c] second 0: the first character alone
    uint16_t *linear, *place;                 // [c] GB18030: the characters of the four-byte codes in order, and their places by code point
} CjkTable;

extern CjkTable *cjk_tables[CJK_COUNT];       // [a] set once, with release; NULL until cjk_table_need

// Makes the table of set unless it is there.
//   return 0, or -1: LookupError naming the missing conversion of the C library, MemoryError
//   may    block (files are read): detaches; run Python: no; safepoint: yes
int cjk_table_need(Thread *th, CjkSet set);

// A table that the caller's codec has needed before.
ALWAYS_INLINE const CjkTable *cjk_table(CjkSet set) { return atomic_load_acquire(&cjk_tables[set]); } // its contents were written before

// The code of c, or 0.
ALWAYS_INLINE uint32_t cjk_code(CjkSet set, uint32_t c) { return c < CJK_UCS_END ? cjk_table(set)->pages[c >> 8][c & 0xFF] : 0; }
// What stands for the code, as in to_ucs.
ALWAYS_INLINE uint32_t cjk_ucs(CjkSet set, uint32_t code) { return cjk_table(set)->to_ucs[code & 0xFFFF]; }
// The code of two characters (second 0: of the first alone), or 0.
uint32_t cjk_pair_code(CjkSet set, uint32_t first, uint32_t second);

// Where this project's encodings differ from the C library's (differences.c).
typedef struct CjkRun { uint16_t code, n; uint32_t ucs; } CjkRun;   // n codes from `code` stand for code points from `ucs`; ucs 0: for nothing
typedef struct CjkOne { uint16_t ucs, code; } CjkOne;               // this character has this code (decoding is another matter)
typedef struct CjkDifferences { const CjkRun *runs; size_t nruns; const CjkOne *ones; size_t nones; } CjkDifferences;
extern const CjkDifferences cjk_differences[CJK_COUNT];
#endif
