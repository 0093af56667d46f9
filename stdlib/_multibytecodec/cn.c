// SPDX-License-Identifier: MIT
// _codecs_cn: GB 2312, GBK, GB 18030 and HZ. No state of its own; the tables are constant.
#include "stdlib/_multibytecodec/codec.h"

static int gb2312_put(const MbCodec *codec, MbState *state, MbText *t, uint32_t c) {
    uint32_t code = cjk_code(CJK_GB2312, c);
    return code ? mb_put2(t, code | 0x8080) : -1;
}

static int gb2312_get(const MbCodec *codec, MbState *state, MbBytes *b) {
    if (b->end - b->in < 2) return MB_TOO_FEW;
    if (!(b->in[0] & b->in[1] & 0x80)) return -1;
    int used = mb_get_ucs(b, cjk_ucs(CJK_GB2312, ((uint32_t)b->in[0] << 8 | b->in[1]) & 0x7F7F), 2);
    return used ? used : -1;
}

// ---- GB 18030: two bytes, or four: byte, digit, byte, digit ---------------------------------------------------------------------------

static int put_linear(MbText *t, uint32_t lead, uint32_t n) {
    mb_put2(t, (lead + n / 12600) << 8 | (0x30 + n / 1260 % 10));
    return mb_put2(t, (0x81 + n / 10 % 126) << 8 | (0x30 + n % 10));
}

static int gb18030_put(const MbCodec *codec, MbState *state, MbText *t, uint32_t c) {
    if (c >= 0x10000) return put_linear(t, 0x90, c - 0x10000);
    if (c - 0xD800 < 0x800) return -1;
    uint32_t code = cjk_code(CJK_GB18030, c);
    return code ? mb_put2(t, code) : put_linear(t, 0x81, cjk_table(CJK_GB18030)->place[c]);
}

static int gb18030_get(const MbCodec *codec, MbState *state, MbBytes *b) {
    if (b->end - b->in < 2) return MB_TOO_FEW;
    uint32_t b1 = b->in[0], b2 = b->in[1] - 0x30u;
    if (b2 > 9) return mb_plain_get(codec, state, b);
    if (b->end - b->in < 4) return MB_TOO_FEW;
    uint32_t b3 = b->in[2] - 0x81u, b4 = b->in[3] - 0x30u;
    if (b1 < 0x81 || b1 > 0xFE || b3 > 125 || b4 > 9) return -1;
    uint32_t n = b2 * 1260 + b3 * 10 + b4, ucs = 0;
    if (b1 < 0x85) {
        n += (b1 - 0x81) * 12600;
        if (n < GB18030_LINEAR) ucs = cjk_table(CJK_GB18030)->linear[n];
    } else if (b1 >= 0x90) {
        n += (b1 - 0x90) * 12600;
        if (n < 0x100000) ucs = 0x10000 + n;
    }
    int used = mb_get_ucs(b, ucs, 4);
    return used ? used : -1;
}

// ---- HZ: GB 2312 in seven bits between ~{ and ~} --------------------------------------------------------------------------------------

static void hz_start(MbState *state, bool decoding) { state->c[0] = 0; }
static void hz_decoded(MbState *state) { state->c[0] = 0; }

static void hz_end(MbState *state, uint8_t **out) {
    if (state->c[0]) {
        *(*out)++ = '~';
        *(*out)++ = '}';
        state->c[0] = 0;
    }
}

static int hz_put(const MbCodec *codec, MbState *state, MbText *t, uint32_t c) {
    if (c < 0x80) {
        hz_end(state, &t->out);
        if (c == '~') mb_put1(t, '~');
        return mb_put1(t, c);
    }
    uint32_t code = cjk_code(CJK_GB2312, c);
    if (!code) return -1;
    if (!state->c[0]) mb_put2(t, '~' << 8 | '{');
    state->c[0] = 1;
    return mb_put2(t, code);
}

static int hz_get(const MbCodec *codec, MbState *state, MbBytes *b) {
    uint32_t b1 = b->in[0];
    bool gb = state->c[0] != 0;
    if (b1 == '~') {
        if (b->end - b->in < 2) return MB_TOO_FEW;
        uint32_t b2 = b->in[1];
        if (b2 == '~' && !gb) *b->out++ = '~';
        else if (b2 == '{' && !gb) state->c[0] = 1;
        else if (b2 == '}' && gb) state->c[0] = 0;
        else if (b2 != '\n' || gb) return -1; // else a line goes on
        return 2;
    }
    if (b1 & 0x80) return -1;
    if (!gb) {
        *b->out++ = b1;
        return 1;
    }
    if (b->end - b->in < 2) return MB_TOO_FEW;
    int used = b->in[1] & 0x80 ? 0 : mb_get_ucs(b, cjk_ucs(CJK_GB2312, b1 << 8 | b->in[1]), 2);
    return used ? used : -1;
}

static const MbCodec codecs[] = {
    {.name = "gb2312", .put = gb2312_put, .get = gb2312_get, .needs = {CJK_GB2312}},
    {.name = "gbk", .put = mb_plain_put, .get = mb_plain_get, .needs = {CJK_GBK}, .config = MB_SET_CONFIG(CJK_GBK)},
    {.name = "gb18030", .put = gb18030_put, .get = gb18030_get, .needs = {CJK_GB18030}, .config = MB_SET_CONFIG(CJK_GB18030)},
    {.name = "hz", .put = hz_put, .get = hz_get, .start = hz_start, .end_encoding = hz_end, .end_decoding = hz_decoded, .own_ascii = true,
     .needs = {CJK_GB2312}},
    {0},
};
MB_MODULE(_codecs_cn, codecs)
