// SPDX-License-Identifier: MIT
// Making the tables: one pass over the code space with iconv(3), two bytes a time (2 to 4 ms), the differences, then the way back from what came out.
// Invariant: a table is complete before its pointer is published and never changes or goes afterwards. Several threads may make the same one at the
// same time; the first to publish wins, the others throw theirs away. No locks.
#include <iconv.h>
#include <string.h>

#include "sched/thread/thread.h"
#include "stdlib/_multibytecodec/tables.h"

CjkTable *cjk_tables[CJK_COUNT];

// How a set's codes are written in an encoding that iconv knows: with `lead` before them (0: nothing), and these bits in addition.
typedef struct Source { const char *encoding; uint8_t lead; uint16_t bits, first, last /* rows */; bool pairs /* some codes are two characters */; } Source;
static const struct { Source planes[2]; } sources[CJK_COUNT] = {
    [CJK_GB2312] = {{{"EUC-CN", 0, 0x8080, 0x21, 0x7E}}},
    [CJK_KSX1001] = {{{"EUC-KR", 0, 0x8080, 0x21, 0x7E}}},
    [CJK_JISX0208] = {{{"EUC-JP", 0, 0x8080, 0x21, 0x7E}}},
    [CJK_JISX0212] = {{{"EUC-JP", 0x8F, 0x8080, 0x21, 0x7E}}},
    [CJK_JISX0213] = {{{"EUC-JISX0213", 0, 0x8080, 0x21, 0x7E, true}, {"EUC-JISX0213", 0x8F, 0x8080, 0xA1, 0xFE, true}}},
    [CJK_GBK] = {{{"GBK", 0, 0, 0x81, 0xFE}}},
    [CJK_GB18030] = {{{"GB18030", 0, 0, 0x81, 0xFE}}},
    [CJK_BIG5] = {{{"BIG5", 0, 0, 0x81, 0xFE}}},
    [CJK_CP950] = {{{"BIG5", 0, 0, 0x81, 0xFE}}},
    [CJK_HKSCS] = {{{"BIG5-HKSCS", 0, 0, 0x81, 0xFE, true}}},
    [CJK_CP932] = {{{"CP932", 0, 0, 0x81, 0xFC}}},
    [CJK_UHC] = {{{"UHC", 0, 0, 0x81, 0xFE}}},
    [CJK_JOHAB] = {{{"JOHAB", 0, 0, 0x84, 0xF9}}},
};

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define UCS4_HERE "UCS-4LE"
#else
#define UCS4_HERE "UCS-4BE"
#endif

// Detached: touches only the block. false: the C library has no such conversion.
static bool read_plane(const Source *s, uint32_t *to_ucs) {
    iconv_t cd = iconv_open(UCS4_HERE, s->encoding);
    if (cd == (iconv_t)-1) return false;
    bool sets = s->bits != 0; // no code has a second byte below 0x31, and those of sets are in 94 columns
    for (uint32_t row = s->first; row <= s->last; row++)
        for (uint32_t column = sets ? 0x21 : 0x31; column <= (sets ? 0x7E : 0xFE); column++) {
            uint8_t bytes[3] = {s->lead};
            uint32_t code = row << 8 | column, got[4];
            size_t n = s->lead != 0;
            bytes[n++] = (uint8_t)((code | s->bits) >> 8);
            bytes[n++] = (uint8_t)(code | s->bits);
            char *in = (char *)bytes, *out = (char *)got;
            size_t room = sizeof got;
            bool whole = iconv(cd, &in, &n, &out, &room) == 0 && n == 0;
            // What may be the first of a pair comes out only now; after an error this forgets the rest.
            iconv(cd, NULL, NULL, &out, &room);
            iconv(cd, NULL, NULL, NULL, NULL);
            size_t chars = (sizeof got - room) / sizeof *got;
            if (whole && chars == 1) to_ucs[code] = got[0];
            else if (whole && chars == 2 && s->pairs) to_ucs[code] = got[0] << 16 | got[1]; // elsewhere each byte was one
        }
    iconv_close(cd);
    return true;
}

static void table_free(CjkTable *t, uint16_t *pages) {
    if (t) {
        mem_free(t->to_ucs);
        mem_free(t->linear);
        mem_free(t->place);
    }
    mem_free(pages);
    mem_free(t);
}

static void apply_runs(CjkTable *t, const CjkDifferences *d) {
    for (size_t k = 0; k < d->nruns; k++) {
        const CjkRun *r = &d->runs[k];
        for (uint32_t i = 0; i < r->n; i++) t->to_ucs[r->code + i] = r->ucs ? r->ucs + i : 0;
    }
}

static void add_pair(CjkTable *t, uint32_t first, uint32_t second, uint32_t code) {
    if (t->npairs < CJK_PAIRS_MAX) t->pairs[t->npairs++] = (CjkPair){(uint16_t)first, (uint16_t)second, (uint16_t)code};
}

uint32_t cjk_pair_code(CjkSet set, uint32_t first, uint32_t second) {
    const CjkTable *t = cjk_table(set);
    for (int i = 0; i < t->npairs; i++)
        if (t->pairs[i].first == first && t->pairs[i].second == second) return t->pairs[i].code;
    return 0;
}

// The way back. The block of pages, owned by t once it is published; NULL: no memory. The first page is for code points that have none.
static uint16_t *make_pages(Thread *th, CjkTable *t, const CjkDifferences *d) {
    uint8_t used[CJK_UCS_END >> 8] = {0};
    size_t n = 1;
    for (uint32_t code = 0; code < 0x10000; code++) {
        uint32_t u = t->to_ucs[code];
        if (u > 0x10FFFF) u >>= 16;
        if (u >= CJK_UCS_END) t->to_ucs[code] = 0; // no set has such a one
        else if (u && !used[u >> 8]) used[u >> 8] = 1, n++;
    }
    for (size_t i = 0; i < d->nones; i++)
        if (!used[d->ones[i].ucs >> 8]) used[d->ones[i].ucs >> 8] = 1, n++;
    uint16_t *block = mem_calloc(th, n * 256, sizeof *block), *next = block + 256;
    if (!block) return NULL;
    for (size_t i = 0; i < ARRAY_LEN(used); i++) {
        t->pages[i] = used[i] ? next : block;
        if (used[i]) next += 256;
    }
    for (uint32_t code = 0; code < 0x10000; code++) { // of several codes of one character, the first
        uint32_t u = t->to_ucs[code];
        if (u > 0x10FFFF) {
            add_pair(t, u >> 16, u & 0xFFFF, code);
        } else if (u && !t->pages[u >> 8][u & 0xFF]) {
            t->pages[u >> 8][u & 0xFF] = (uint16_t)code;
        }
    }
    for (size_t i = 0; i < d->nones; i++) t->pages[d->ones[i].ucs >> 8][d->ones[i].ucs & 0xFF] = d->ones[i].code;
    for (int i = 0, n2 = t->npairs; i < n2; i++) {
        uint32_t u = t->pairs[i].first;
        uint16_t *slot = &t->pages[u >> 8][u & 0xFF];
        if (*slot != CJK_PAIR_START) add_pair(t, u, 0, *slot);
        *slot = CJK_PAIR_START;
    }
    return block;
}

// The four-byte codes of GB18030 count through the code points from 0x80 that have no code of two bytes.
static int make_linear(Thread *th, CjkTable *t) {
    t->linear = mem_calloc(th, GB18030_LINEAR, sizeof *t->linear);
    t->place = t->linear ? mem_calloc(th, 0x10000, sizeof *t->place) : NULL;
    if (!t->place) return -1;
    uint32_t n = 0;
    for (uint32_t u = 0x80; u < 0x10000 && n < GB18030_LINEAR; u++) {
        if (u - 0xD800 < 0x800 || t->pages[u >> 8][u & 0xFF]) continue;
        t->linear[n] = (uint16_t)u;
        t->place[u] = (uint16_t)n++;
    }
    return 0;
}

int cjk_table_need(Thread *th, CjkSet set) {
    if (atomic_load_acquire(&cjk_tables[set])) return 0; // its contents were written before
    const Source *planes = sources[set].planes, *missing = NULL;
    CjkTable *t = mem_calloc(th, 1, sizeof *t);
    if (!t) return -1;
    t->to_ucs = mem_calloc(th, 0x10000, sizeof *t->to_ucs);
    if (!t->to_ucs) {
        table_free(t, NULL);
        return -1;
    }
    BLOCKING_BEGIN(th);
    for (int i = 0; i < 2 && planes[i].encoding && !missing; i++)
        if (!read_plane(&planes[i], t->to_ucs)) missing = &planes[i];
    BLOCKING_END;
    if (missing) {
        table_free(t, NULL);
        raise_error(th, &exc_LookupError, "the C library has no conversion from %s (gconv modules: Debian package libc6 or libc-gconv-modules-extra)",
                    missing->encoding);
        return -1;
    }
    apply_runs(t, &cjk_differences[set]);
    uint16_t *pages = make_pages(th, t, &cjk_differences[set]);
    if (!pages || (set == CJK_GB18030 && make_linear(th, t) < 0)) {
        table_free(t, pages);
        return -1;
    }
    CjkTable *none = NULL;
    if (!atomic_cas_acq_rel(&cjk_tables[set], &none, t)) table_free(t, pages); // released: readers find all of it written
    return 0;
}
