// SPDX-License-Identifier: MIT
// _codecs_tw (Big5 and its variant cp950) and _codecs_hk (Big5 with the Hong Kong supplement, where four codes are two characters). No state.
#include "stdlib/_multibytecodec/codec.h"

static int big5hkscs_put(const MbCodec *codec, MbState *state, MbText *t, uint32_t c) {
    int used, code = mb_pair_or_one(CJK_HKSCS, t, c, &used);
    if (code <= 0) return code ? code : -1;
    mb_put2(t, (uint32_t)code);
    return used;
}

static const MbCodec tw_codecs[] = {
    {.name = "big5", .put = mb_plain_put, .get = mb_plain_get, .needs = {CJK_BIG5}, .config = MB_SET_CONFIG(CJK_BIG5)},
    {.name = "cp950", .put = mb_plain_put, .get = mb_plain_get, .needs = {CJK_CP950}, .config = MB_SET_CONFIG(CJK_CP950)},
    {0},
};
MB_MODULE(_codecs_tw, tw_codecs)

static const MbCodec hk_codecs[] = {
    {.name = "big5hkscs", .put = big5hkscs_put, .get = mb_plain_get, .needs = {CJK_HKSCS}, .config = MB_SET_CONFIG(CJK_HKSCS)},
    {0},
};
MB_MODULE(_codecs_hk, hk_codecs)
