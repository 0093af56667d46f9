// SPDX-License-Identifier: MIT
// _codecs_jp: the encodings over JIS X 0208, 0212 and 0213 that have no state: Shift JIS, EUC-JP and their successors.
#include "stdlib/_multibytecodec/jis.h"

// ---- JIS X 0213 -----------------------------------------------------------------------------------------------------------------------

// Added in 2004: codes that stood for nothing in 2000; and one code whose character was another.
static const uint16_t added_codes[] = {0x2E21, 0x2F7E, 0x4F54, 0x4F7E, 0x7427, 0x7E7A, 0x7E7B, 0x7E7C, 0x7E7D, 0x7E7E};
enum { CHANGED_CODE = JIS_PLANE2 | 0x7D3B, CHANGED_2000 = 0x9B1D };

static bool is_added(uint32_t code) {
    for (size_t i = 0; i < ARRAY_LEN(added_codes); i++)
        if (added_codes[i] == code) return true;
    return false;
}

// Is c a character that only the edition of 2004 has?
static bool is_new(uint32_t c) {
    uint32_t code = cjk_code(CJK_JISX0213, c);
    return code == CHANGED_CODE || is_added(code);
}

uint32_t jisx0213_ucs(uint32_t code, bool of_2000) {
    if (of_2000 && code == CHANGED_CODE) return CHANGED_2000;
    return of_2000 && is_added(code) ? 0 : cjk_ucs(CJK_JISX0213, code);
}

int jisx0213_code(const MbText *t, uint32_t c, bool of_2000, int *used) {
    if (of_2000 && c == CHANGED_2000) {
        *used = 1;
        return CHANGED_CODE;
    }
    int code = mb_pair_or_one(CJK_JISX0213, t, c, used);
    return of_2000 && code > 0 && (code == CHANGED_CODE || is_added((uint32_t)code)) ? 0 : code;
}

// config of these codecs: not NULL: JIS X 0213 as of 2000
static const char as_of_2000;

// A code added in 2004 is, for the codecs of 2000, one error of two bytes.
static int added_or(const MbCodec *codec, uint32_t code, int error) { return codec->config && is_added(code) ? -2 : error; }

// ---- EUC ------------------------------------------------------------------------------------------------------------------------------

enum { SS2 = 0x8E, SS3 = 0x8F };

static int put_katakana(MbText *t, uint32_t c) { return mb_put2(t, SS2 << 8 | (c - KATAKANA_TO_BYTE)); }

static int euc_jp_put(const MbCodec *codec, MbState *state, MbText *t, uint32_t c) {
    uint32_t code = cjk_code(CJK_JISX0208, c);
    if (code) return mb_put2(t, code | 0x8080);
    if (c >= KATAKANA_FIRST && c <= KATAKANA_LAST) return put_katakana(t, c);
    code = cjk_code(CJK_JISX0212, c);
    if (code) {
        mb_put1(t, SS3);
        return mb_put2(t, code | 0x8080);
    }
    return c == 0xA5 ? mb_put1(t, '\\') : c == 0x203E ? mb_put1(t, '~') : -1;
}

// What all kinds of EUC have: katakana behind SS2, a second set behind SS3.
static int euc_get(MbBytes *b, uint32_t (*ucs)(const MbCodec *codec, uint32_t code, bool second), const MbCodec *codec) {
    const uint8_t *p = b->in;
    ptrdiff_t n = b->end - p;
    if (n < 2) return MB_TOO_FEW;
    int used = 0;
    if (p[0] == SS2) {
        if (p[1] >= 0xA1 && p[1] <= 0xDF) used = mb_get_ucs(b, p[1] + KATAKANA_TO_BYTE, 2);
    } else if (p[0] == SS3) {
        if (n < 3) return MB_TOO_FEW;
        if (p[1] & p[2] & 0x80) used = mb_get_ucs(b, ucs(codec, ((uint32_t)p[1] << 8 | p[2]) & 0x7F7F, true), 3);
    } else if (p[0] & p[1] & 0x80) {
        used = mb_get_ucs(b, ucs(codec, ((uint32_t)p[0] << 8 | p[1]) & 0x7F7F, false), 2);
    }
    return used ? used : -1;
}

static uint32_t euc_jp_ucs(const MbCodec *codec, uint32_t code, bool second) { return cjk_ucs(second ? CJK_JISX0212 : CJK_JISX0208, code); }
static int euc_jp_get(const MbCodec *codec, MbState *state, MbBytes *b) { return euc_get(b, euc_jp_ucs, codec); }

static int euc_jis_put(const MbCodec *codec, MbState *state, MbText *t, uint32_t c) {
    int used, code = jisx0213_code(t, c, codec->config != NULL, &used);
    if (code < 0) return code;
    if (code == 0) {
        if (c >= KATAKANA_FIRST && c <= KATAKANA_LAST) return put_katakana(t, c);
        if (codec->config && is_new(c)) return -1;
        code = (int)cjk_code(CJK_JISX0212, c);
        if (!code) return -1;
        code |= JIS_PLANE2;
    }
    if (code & JIS_PLANE2) mb_put1(t, SS3);
    mb_put2(t, (uint32_t)code | 0x8080);
    return used;
}

// Where JIS X 0213 has nothing, JIS X 0212 is read, too.
static uint32_t euc_jis_ucs(const MbCodec *codec, uint32_t code, bool second) {
    uint32_t ucs = jisx0213_ucs(second ? code | JIS_PLANE2 : code, codec->config != NULL);
    return ucs || !second ? ucs : cjk_ucs(CJK_JISX0212, code);
}
static int euc_jis_get(const MbCodec *codec, MbState *state, MbBytes *b) {
    int used = euc_get(b, euc_jis_ucs, codec);
    return used == -1 && b->in[0] != SS2 && b->in[0] != SS3 ? added_or(codec, ((uint32_t)b->in[0] << 8 | b->in[1]) ^ 0x8080, used) : used;
}

// ---- Shift JIS: two rows of a set share a first byte ----------------------------------------------------------------------------------

// row: counted from 0
static int put_shifted(MbText *t, uint32_t row, uint32_t code) {
    uint32_t second = (code & 0x7F) - 0x21 + (row & 1 ? 94 : 0);
    return mb_put2(t, (row / 2 + (row < 62 ? 0x81 : 0xC1)) << 8 | (second + (second < 0x3F ? 0x40 : 0x41)));
}

// The row, counted from 0, and the column, from 0x21, of two bytes; -1: not of this form.
static int unshift(uint32_t b1, uint32_t b2, uint32_t *column) {
    if (b2 < 0x40 || b2 == 0x7F || b2 > 0xFC) return -1;
    b2 -= b2 < 0x80 ? 0x40 : 0x41;
    *column = b2 % 94 + 0x21;
    return (int)((b1 - (b1 < 0xE0 ? 0x81 : 0xC1)) * 2 + b2 / 94);
}

static bool is_lead(uint32_t b) { return (b >= 0x81 && b <= 0x9F) || (b >= 0xE0 && b <= 0xFC); }

static int shift_jis_put(const MbCodec *codec, MbState *state, MbText *t, uint32_t c) {
    uint32_t code = cjk_code(CJK_JISX0208, c);
    if (code) return put_shifted(t, (code >> 8) - 0x21, code);
    if (c >= KATAKANA_FIRST && c <= KATAKANA_LAST) return mb_put1(t, c - KATAKANA_TO_BYTE);
    return c == 0xA5 ? mb_put1(t, '\\') : c == 0x203E ? mb_put1(t, '~') : -1;
}

static int get_katakana(MbBytes *b) {
    *b->out++ = *b->in + KATAKANA_TO_BYTE;
    return 1;
}

static int shift_jis_get(const MbCodec *codec, MbState *state, MbBytes *b) {
    uint32_t b1 = b->in[0], column;
    if (b1 >= 0xA1 && b1 <= 0xDF) return get_katakana(b);
    if (!is_lead(b1) || b1 > 0xEA) return -1;
    if (b->end - b->in < 2) return MB_TOO_FEW;
    int row = unshift(b1, b->in[1], &column), used = 0;
    if (row >= 0) used = mb_get_ucs(b, cjk_ucs(CJK_JISX0208, ((uint32_t)row + 0x21) << 8 | column), 2);
    return used ? used : -1;
}

static int cp932_put(const MbCodec *codec, MbState *state, MbText *t, uint32_t c) {
    if (c == 0x80) return mb_put1(t, c);
    if (c >= KATAKANA_FIRST && c <= KATAKANA_LAST) return mb_put1(t, c - KATAKANA_TO_BYTE);
    if (c >= 0xF8F0 && c <= 0xF8F3) return mb_put1(t, c == 0xF8F0 ? 0xA0 : c - 0xF8F1 + 0xFD);
    return mb_plain_put(codec, state, t, c);
}

static int cp932_get(const MbCodec *codec, MbState *state, MbBytes *b) {
    uint32_t b1 = b->in[0];
    if (b1 >= 0xA1 && b1 <= 0xDF) return get_katakana(b);
    if (is_lead(b1)) return mb_plain_get(codec, state, b);
    *b->out++ = b1 == 0x80 ? b1 : b1 == 0xA0 ? 0xF8F0 : b1 - 0xFD + 0xF8F1;
    return 1;
}

// The rows of the second plane in the order of the first bytes F0 to FC.
static const uint8_t plane2_rows[26] = {1, 8, 3, 4, 5, 12, 13, 14, 15, 78, 79, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 90, 91, 92, 93, 94};

static int sjis_2004_put(const MbCodec *codec, MbState *state, MbText *t, uint32_t c) {
    if (c < 0x80 && c != '\\' && c != '~') return mb_put1(t, c);
    if (c == 0xA5) return mb_put1(t, '\\');
    if (c == 0x203E) return mb_put1(t, '~');
    if (c >= KATAKANA_FIRST && c <= KATAKANA_LAST) return mb_put1(t, c - KATAKANA_TO_BYTE);
    if (c == 0xFF3C || c == 0xFF5E) return -1; // their codes are those of the two ASCII characters
    int used = 1, code = c == '\\' ? 0x2140 : c == '~' ? 0x2232 : jisx0213_code(t, c, codec->config != NULL, &used);
    if (code <= 0) return code ? code : -1;
    uint32_t row = ((uint32_t)code >> 8 & 0x7F) - 0x21;
    if (code & JIS_PLANE2) {
        uint32_t i = 0;
        while (plane2_rows[i] != row + 1) i++; // the table has only these
        row = 94 + i;
    }
    put_shifted(t, row, (uint32_t)code);
    return used;
}

static int sjis_2004_get(const MbCodec *codec, MbState *state, MbBytes *b) {
    uint32_t b1 = b->in[0], column;
    if (b1 < 0x80) {
        *b->out++ = b1 == '\\' ? 0xA5 : b1 == '~' ? 0x203E : b1;
        return 1;
    }
    if (b1 >= 0xA1 && b1 <= 0xDF) return get_katakana(b);
    if (!is_lead(b1)) return -1;
    if (b->end - b->in < 2) return MB_TOO_FEW;
    int row = unshift(b1, b->in[1], &column);
    if (row < 0) return -1;
    uint32_t code = row < 94 ? ((uint32_t)row + 0x21) << 8 | column : ((uint32_t)plane2_rows[row - 94] + 0x20) << 8 | column | JIS_PLANE2;
    int used = mb_get_ucs(b, code == 0x2140 ? '\\' : code == 0x2232 ? '~' : jisx0213_ucs(code, codec->config != NULL), 2);
    return used ? used : added_or(codec, code, -1);
}

static const MbCodec codecs[] = {
    {.name = "shift_jis", .put = shift_jis_put, .get = shift_jis_get, .needs = {CJK_JISX0208}},
    {.name = "cp932", .put = cp932_put, .get = cp932_get, .needs = {CJK_CP932}, .config = MB_SET_CONFIG(CJK_CP932)},
    {.name = "euc_jp", .put = euc_jp_put, .get = euc_jp_get, .needs = {CJK_JISX0208, CJK_JISX0212}},
    {.name = "shift_jis_2004", .put = sjis_2004_put, .get = sjis_2004_get, .own_ascii = true, .needs = {CJK_JISX0213}},
    {.name = "euc_jis_2004", .put = euc_jis_put, .get = euc_jis_get, .needs = {CJK_JISX0213, CJK_JISX0212}},
    {.name = "euc_jisx0213", .put = euc_jis_put, .get = euc_jis_get, .needs = {CJK_JISX0213, CJK_JISX0212}, .config = &as_of_2000},
    {.name = "shift_jisx0213", .put = sjis_2004_put, .get = sjis_2004_get, .own_ascii = true, .needs = {CJK_JISX0213}, .config = &as_of_2000},
    {0},
};
MB_MODULE(_codecs_jp, codecs)
