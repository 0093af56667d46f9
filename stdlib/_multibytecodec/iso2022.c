// SPDX-License-Identifier: MIT
// _codecs_iso2022: seven bits, escape sequences that designate sets to G0, G1 and G2, shifts between G0 and G1 (ECMA-35, RFC 1468, 1554, 1557, 2237).
// The state holds the designated sets by the last byte of their sequences, with DOUBLE added for sets of two bytes, and flags.
#include "stdlib/_multibytecodec/jis.h"

enum { ESC = 0x1B, SO = 0x0E, SI = 0x0F, DOUBLE = 0x80 };
enum { ASCII = 'B', JISX0201_ROMAN = 'J', JISX0201_KATAKANA = 'I', ISO8859_1 = 'A', ISO8859_7 = 'F', JISX0208_1978 = '@' | DOUBLE, JISX0208 = 'B' | DOUBLE,
       JISX0212 = 'D' | DOUBLE, GB2312 = 'A' | DOUBLE, KSX1001 = 'C' | DOUBLE, JISX0213_1 = 'O' | DOUBLE, JISX0213_2 = 'P' | DOUBLE,
       JISX0213_2004_1 = 'Q' | DOUBLE };
enum { G0, G1, G2, FLAGS = 4 };             // in the state
enum { SHIFTED = 1, IN_ESCAPE = 2 };        // flags
enum { NO_SHIFT = 1, USE_G2 = 2, JISX0208_EXT = 4, YEAR_2000 = 8, G1_SET = 16 };

// sets: those that can be designated, in the order in which an encoder tries them, ended by 0. PAIRS before a set: only its pairs.
enum { PAIRS = 1 };
typedef struct Config { int flags; uint8_t sets[10]; } Config;

static void iso2022_start(MbState *s, bool decoding) { *s = (MbState){.c = {ASCII, ASCII, decoding ? ASCII : 0}}; }
static void iso2022_decoded(MbState *s) {
    s->c[G0] = ASCII;
    s->c[FLAGS] &= (uint8_t)~SHIFTED;
}

static bool can_designate(const Config *config, uint32_t set) {
    for (const uint8_t *p = config->sets; *p; p++)
        if (*p == set && *p != PAIRS) return true;
    return false;
}

// ---- encoding -------------------------------------------------------------------------------------------------------------------------

static void shift_in(MbState *s, uint8_t **out) {
    if (!(s->c[FLAGS] & SHIFTED)) return;
    *(*out)++ = SI;
    s->c[FLAGS] &= (uint8_t)~SHIFTED;
}

// Writes what designates the set, unless it is.
static void designate(MbState *s, int where, uint32_t set, uint8_t **out) {
    if (s->c[where] == set) return;
    *(*out)++ = ESC;
    if (set & DOUBLE) *(*out)++ = '$';
    if (set != JISX0208 && set != JISX0208_1978) *(*out)++ = where == G0 ? '(' : ')';
    *(*out)++ = set & 0x7F;
    s->c[where] = (uint8_t)set;
}

static void iso2022_end(MbState *s, uint8_t **out) {
    shift_in(s, out);
    designate(s, G0, ASCII, out);
}

// The code of c in a set, as mb_pair_or_one.
static int code_in(const Config *config, uint32_t set, bool only_pairs, const MbText *t, uint32_t c, int *used) {
    *used = 1;
    switch (set) {
    case JISX0201_ROMAN: return c == 0xA5 ? '\\' : c == 0x203E ? '~' : 0;
    case JISX0201_KATAKANA: return c >= KATAKANA_FIRST && c <= KATAKANA_LAST ? (int)((c - KATAKANA_TO_BYTE) & 0x7F) : 0;
    case JISX0208: return (int)cjk_code(CJK_JISX0208, c);
    case JISX0212: return (int)cjk_code(CJK_JISX0212, c);
    case GB2312: return (int)cjk_code(CJK_GB2312, c);
    case KSX1001: return (int)cjk_code(CJK_KSX1001, c);
    case JISX0213_1: case JISX0213_2004_1: case JISX0213_2: {
        if (c == 0xFF5E) return 0;
        int code = jisx0213_code(t, c, (config->flags & YEAR_2000) != 0, used);
        if (code <= 0) return code;
        if (only_pairs) return *used == 2 ? code : 0;
        return ((code & JIS_PLANE2) != 0) == (set == JISX0213_2) ? code & 0x7F7F : 0;
    }
    default: return 0; // decoded only
    }
}

static int iso2022_put(const MbCodec *codec, MbState *s, MbText *t, uint32_t c) {
    const Config *config = codec->config;
    if (c < 0x80) {
        designate(s, G0, ASCII, &t->out);
        shift_in(s, &t->out);
        return mb_put1(t, c);
    }
    int used = 1, code = 0;
    const uint8_t *p = config->sets;
    for (; *p; p++) {
        bool only_pairs = *p == PAIRS;
        if (only_pairs) p++;
        code = code_in(config, *p, only_pairs, t, c, &used);
        if (code < 0) return code;
        if (code) break;
    }
    if (!code) return -1;
    if (config->flags & G1_SET) {
        designate(s, G1, *p, &t->out);
        if (!(s->c[FLAGS] & SHIFTED)) *t->out++ = SO;
        s->c[FLAGS] |= SHIFTED;
    } else {
        shift_in(s, &t->out);
        designate(s, G0, *p, &t->out);
    }
    if (*p & DOUBLE) mb_put2(t, (uint32_t)code);
    else mb_put1(t, (uint32_t)code);
    return used;
}

// ---- decoding -------------------------------------------------------------------------------------------------------------------------

static uint32_t ucs_in(const Config *config, uint32_t set, const uint8_t *p) {
    bool of_2000 = (config->flags & YEAR_2000) != 0;
    uint32_t code = set & DOUBLE ? (uint32_t)p[0] << 8 | p[1] : p[0];
    if (set & DOUBLE && p[1] & 0x80) return 0;
    switch (set) {
    case JISX0201_ROMAN: return code == '\\' ? 0xA5 : code == '~' ? 0x203E : code;
    case JISX0201_KATAKANA: return code >= 0x21 && code <= 0x5F ? code + 0x80 + KATAKANA_TO_BYTE : 0;
    case JISX0208: case JISX0208_1978: return cjk_ucs(CJK_JISX0208, code);
    case JISX0212: return cjk_ucs(CJK_JISX0212, code);
    case GB2312: return cjk_ucs(CJK_GB2312, code);
    case KSX1001: return cjk_ucs(CJK_KSX1001, code);
    case JISX0213_1: case JISX0213_2004_1: return jisx0213_ucs(code, of_2000);
    case JISX0213_2: return jisx0213_ucs(code | JIS_PLANE2, of_2000);
    default: return 0;
    }
}

#define NOTHING UINT32_MAX
// The upper half of ISO 8859-7 as of 1987; below it, and where it has nothing of its own, the code itself.
static uint32_t greek(uint32_t b) {
    if (b < 0xA0) return b;
    if (b == 0xA1) return 0x2018;
    if (b == 0xA2) return 0x2019;
    if (b == 0xAF) return 0x2015;
    if (b >= 0xB4) return b == 0xB7 || b == 0xBB || b == 0xBD ? b : b == 0xD2 || b == 0xFF ? NOTHING : b + 0x2D0;
    return b == 0xA4 || b == 0xA5 || b == 0xAA || b == 0xAE ? NOTHING : b;
}

// ESC N and a byte of G2.
static int get_g2(MbState *s, MbBytes *b) {
    if (b->end - b->in < 3) return MB_TOO_FEW;
    uint32_t c = b->in[2], ucs;
    switch (s->c[G2]) {
    case ISO8859_1: ucs = c < 0x80 ? c + 0x80 : NOTHING; break;
    case ISO8859_7: ucs = greek(c ^ 0x80); break;
    case ASCII: ucs = c < 0x80 ? c : NOTHING; break;
    default: return MB_INTERNAL;
    }
    if (ucs == NOTHING) return -3;
    *b->out++ = ucs;
    return 3;
}

static bool ends_escape(uint32_t c) { return (c >= 'A' && c <= 'Z') || c == '@'; }

static int get_escape(const Config *config, MbState *s, MbBytes *b) {
    const uint8_t *p = b->in;
    int n = 0, left = b->end - p < 64 ? (int)(b->end - p) : 64;
    for (int i = 1; i < 16 && !n; i++) {
        if (i >= left) return MB_TOO_FEW;
        if (ends_escape(p[i])) n = i + 1;
        // ESC & @ ESC $ B: a revision of the set of the second sequence
        else if (config->flags & JISX0208_EXT && i + 1 < left && p[i] == '&' && p[i + 1] == '@') i += 2;
    }
    if (n == 0) return -1;
    uint32_t set;
    int where = -1;
    if (n == 3 && p[1] == '$') {
        set = p[2] | DOUBLE;
        where = G0;
    } else if (n == 3) {
        set = p[2];
        where = p[1] == '(' ? G0 : p[1] == ')' ? G1 : p[1] == '.' && config->flags & USE_G2 ? G2 : -1;
    } else if (n == 4) {
        set = p[3] | DOUBLE;
        if (p[1] == '$') where = p[2] == '(' ? G0 : p[2] == ')' ? G1 : -1;
    } else {
        set = JISX0208;
        if (n == 6 && config->flags & JISX0208_EXT && p[3] == ESC && p[4] == '$' && p[5] == 'B') where = G0;
    }
    if (where < 0 || (set != ASCII && !can_designate(config, set))) return -n;
    s->c[where] = (uint8_t)set;
    return n;
}

static int iso2022_get(const MbCodec *codec, MbState *s, MbBytes *b) {
    const Config *config = codec->config;
    uint32_t c = b->in[0];
    if (s->c[FLAGS] & IN_ESCAPE) { // of a sequence that is not of this standard
        *b->out++ = c;
        if (ends_escape(c)) s->c[FLAGS] &= (uint8_t)~IN_ESCAPE;
        return 1;
    }
    if (c == ESC) {
        if (b->end - b->in < 2) return MB_TOO_FEW;
        switch (b->in[1]) {
        case '(': case ')': case '$': case '.': case '&': return get_escape(config, s, b);
        case 'N':
            if (config->flags & USE_G2) return get_g2(s, b);
        }
        s->c[FLAGS] |= IN_ESCAPE;
    } else if ((c == SO || c == SI) && !(config->flags & NO_SHIFT)) {
        if (c == SO) s->c[FLAGS] |= SHIFTED;
        else s->c[FLAGS] &= (uint8_t)~SHIFTED;
        return 1;
    } else if (c == '\n') {
        s->c[FLAGS] &= (uint8_t)~SHIFTED;
    } else if (c >= 0x80) {
        return -1;
    } else if (c >= 0x20) {
        uint32_t set = s->c[s->c[FLAGS] & SHIFTED ? G1 : G0];
        if (set != ASCII) {
            if (!can_designate(config, set)) return -1; // a state that setstate() made
            int width = set & DOUBLE ? 2 : 1;
            if (b->end - b->in < width) return MB_TOO_FEW;
            int used = mb_get_ucs(b, ucs_in(config, set, b->in), width);
            return used ? used : -width;
        }
    }
    *b->out++ = c;
    return 1;
}

// ---- the codecs -----------------------------------------------------------------------------------------------------------------------

static const Config kr = {G1_SET, {KSX1001}};
static const Config jp = {NO_SHIFT | JISX0208_EXT, {JISX0208, JISX0201_ROMAN, JISX0208_1978}};
static const Config jp_1 = {NO_SHIFT | JISX0208_EXT, {JISX0208, JISX0212, JISX0201_ROMAN, JISX0208_1978}};
static const Config jp_2 = {NO_SHIFT | USE_G2 | JISX0208_EXT,
                            {JISX0208, JISX0212, KSX1001, GB2312, JISX0201_ROMAN, JISX0208_1978, ISO8859_1, ISO8859_7}};
static const Config jp_2004 = {NO_SHIFT | JISX0208_EXT, {PAIRS, JISX0213_2004_1, JISX0208, JISX0213_2004_1, JISX0213_2}};
static const Config jp_3 = {NO_SHIFT | JISX0208_EXT | YEAR_2000, {PAIRS, JISX0213_1, JISX0208, JISX0213_1, JISX0213_2}};
static const Config jp_ext = {NO_SHIFT | JISX0208_EXT, {JISX0208, JISX0212, JISX0201_ROMAN, JISX0201_KATAKANA, JISX0208_1978}};

#define ISO2022(name_, config_, ...)                                                                                                  \
    {.name = name_, .put = iso2022_put, .get = iso2022_get, .start = iso2022_start, .end_encoding = iso2022_end,                      \
     .end_decoding = iso2022_decoded, .own_ascii = true, .config = &config_, .needs = {__VA_ARGS__}}
static const MbCodec codecs[] = {
    ISO2022("iso2022_kr", kr, CJK_KSX1001),
    ISO2022("iso2022_jp", jp, CJK_JISX0208),
    ISO2022("iso2022_jp_1", jp_1, CJK_JISX0208, CJK_JISX0212),
    ISO2022("iso2022_jp_2", jp_2, CJK_JISX0208, CJK_JISX0212, CJK_KSX1001, CJK_GB2312),
    ISO2022("iso2022_jp_2004", jp_2004, CJK_JISX0208, CJK_JISX0213),
    ISO2022("iso2022_jp_3", jp_3, CJK_JISX0208, CJK_JISX0213),
    ISO2022("iso2022_jp_ext", jp_ext, CJK_JISX0208, CJK_JISX0212),
    {0},
};
MB_MODULE(_codecs_iso2022, codecs)
