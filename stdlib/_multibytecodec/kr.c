// SPDX-License-Identifier: MIT
// _codecs_kr: EUC-KR, its extension cp949 and Johab. No state.
#include "stdlib/_multibytecodec/codec.h"

// EUC-KR writes a syllable that KS X 1001 lacks as four codes: a filler, then the initial, the vowel and the final as letters (the filler: no final).
// Second bytes of the letters' codes, all in row A4.
enum { LETTERS = 0xA4, FILLER = 0xD4, FIRST_SYLLABLE = 0xAC00, SYLLABLES = 19 * 21 * 28 };
static const uint8_t initials[19] = {0xA1, 0xA2, 0xA4, 0xA7, 0xA8, 0xA9, 0xB1, 0xB2, 0xB3, 0xB5, 0xB6, 0xB7, 0xB8, 0xB9, 0xBA, 0xBB, 0xBC, 0xBD, 0xBE};
static const uint8_t finals[28] = {FILLER, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7, 0xA9, 0xAA, 0xAB, 0xAC, 0xAD, 0xAE, 0xAF, 0xB0,
                                   0xB1, 0xB2, 0xB4, 0xB5, 0xB6, 0xB7, 0xB8, 0xBA, 0xBB, 0xBC, 0xBD, 0xBE};
enum { FIRST_VOWEL = 0xBF, VOWELS = 21 };

static int find(const uint8_t *in, int n, uint8_t b) {
    for (int i = 0; i < n; i++)
        if (in[i] == b) return i;
    return -1;
}

static int euc_kr_put(const MbCodec *codec, MbState *state, MbText *t, uint32_t c) {
    uint32_t code = cjk_code(CJK_KSX1001, c);
    if (code) return mb_put2(t, code | 0x8080);
    uint32_t s = c - FIRST_SYLLABLE;
    if (s >= SYLLABLES) return -1;
    mb_put2(t, LETTERS << 8 | FILLER);
    mb_put2(t, LETTERS << 8 | initials[s / 588]);
    mb_put2(t, LETTERS << 8 | (FIRST_VOWEL + s / 28 % 21));
    return mb_put2(t, LETTERS << 8 | finals[s % 28]);
}

static int euc_kr_get(const MbCodec *codec, MbState *state, MbBytes *b) {
    if (b->end - b->in < 2) return MB_TOO_FEW;
    const uint8_t *p = b->in;
    if (p[0] == LETTERS && p[1] == FILLER) {
        if (b->end - p < 8) return MB_TOO_FEW;
        int initial = find(initials, 19, p[3]), vowel = p[5] - FIRST_VOWEL, final = find(finals, 28, p[7]);
        if (p[2] != LETTERS || p[4] != LETTERS || p[6] != LETTERS || initial < 0 || vowel < 0 || vowel >= VOWELS || final < 0) return -1;
        *b->out++ = (uint32_t)(FIRST_SYLLABLE + initial * 588 + vowel * 28 + final);
        return 8;
    }
    if (!(p[0] & p[1] & 0x80)) return -1;
    int used = mb_get_ucs(b, cjk_ucs(CJK_KSX1001, ((uint32_t)p[0] << 8 | p[1]) & 0x7F7F), 2);
    return used ? used : -1;
}

static const MbCodec codecs[] = {
    {.name = "euc_kr", .put = euc_kr_put, .get = euc_kr_get, .needs = {CJK_KSX1001}},
    {.name = "cp949", .put = mb_plain_put, .get = mb_plain_get, .needs = {CJK_UHC}, .config = MB_SET_CONFIG(CJK_UHC)},
    {.name = "johab", .put = mb_plain_put, .get = mb_plain_get, .needs = {CJK_JOHAB}, .config = MB_SET_CONFIG(CJK_JOHAB)},
    {0},
};
MB_MODULE(_codecs_kr, codecs)
