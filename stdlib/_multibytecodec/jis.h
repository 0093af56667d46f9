// SPDX-License-Identifier: MIT
// What jp.c and iso2022.c share of the Japanese sets.
#ifndef LADON_STDLIB_MULTIBYTECODEC_JIS_H
#define LADON_STDLIB_MULTIBYTECODEC_JIS_H
#include "stdlib/_multibytecodec/codec.h"

enum { JIS_PLANE2 = 0x8000 };             // in a code of JIS X 0213
enum { KATAKANA_FIRST = 0xFF61, KATAKANA_LAST = 0xFF9F, KATAKANA_TO_BYTE = 0xFEC0 }; // half-width ones: character minus byte (0xA1 to 0xDF)

// The code of c, the character at t->at, in JIS X 0213 as of 2000 or 2004; as mb_pair_or_one.
int jisx0213_code(const MbText *t, uint32_t c, bool of_2000, int *used);
// What the code stands for, as in a table's to_ucs.
uint32_t jisx0213_ucs(uint32_t code, bool of_2000);
#endif
