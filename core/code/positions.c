// SPDX-License-Identifier: MIT
// Where in the source the words of a code object come from: rows, packed as long as nobody asks. Most code objects never raise and are never traced, so their
// rows are not worth four times the memory.
//
// A row begins with a byte: words since the row before (MANY: a number follows) and how the rest is written. Lines count from the row before, the first from
// firstlineno; signed numbers have their sign in the lowest bit, numbers are in groups of seven bits, the least significant first.
#include "core/code/code.h"

#include <stdlib.h>

#include "gc/heap.h"

enum { MANY = 15, KIND_SHIFT = 4 };
enum {
    ROW_NONE,   // no line, no columns
    ROW_SAME,   // the line of the row before; column, length: a byte each
    ROW_NEAR,   // lines further, signed: a byte; column, length: a byte each
    ROW_ANY,    // lines further, lines long, column, length: signed numbers
};

typedef struct Packed { uint8_t *p; size_t n, cap; } Packed;
static void put(Packed *b, uint32_t v) { b->p[b->n++] = (uint8_t)v; }
static void put_number(Packed *b, uint32_t v) {
    for (; v > 127; v >>= 7) put(b, (v & 127) | 128);
    put(b, v);
}
static uint32_t with_sign(int64_t v) { return v < 0 ? ((uint32_t)-v << 1) - 1 : (uint32_t)v << 1; }     // of 31 bits
static int32_t without_sign(uint32_t u) { return u & 1 ? -(int32_t)(u >> 1) - 1 : (int32_t)(u >> 1); }
enum { LONGEST = 1 + 5 * 5 };
static bool is_none(const PosRow *r) { return r->line == 0 && r->end_line == 0 && r->col == -1 && r->end_col == -1; }

int code_set_positions(Thread *th, Code *c, const PosRow *rows, uint32_t n) {
    Packed b = {.cap = (size_t)n * LONGEST + 1};
    if (!(b.p = mem_alloc(th, b.cap))) return -1;
    uint32_t word = 0;
    int32_t line = c->firstlineno;
    for (uint32_t i = 0; i < n; i++) {
        const PosRow *r = &rows[i];
        uint32_t words = r->start - word;
        int32_t lines = (int32_t)((uint32_t)r->line - (uint32_t)line), length = r->end_col - r->col;
        bool small = r->end_line == r->line && r->col >= 0 && r->col < 256 && length >= 0 && length < 256;
        unsigned kind = is_none(r) ? ROW_NONE : small && lines == 0 ? ROW_SAME : small && lines >= -64 && lines < 64 ? ROW_NEAR : ROW_ANY;
        put(&b, (words < MANY ? words : MANY) | kind << KIND_SHIFT);
        if (words >= MANY) put_number(&b, words);
        if (kind == ROW_NEAR) put(&b, with_sign(lines));
        if (kind == ROW_SAME || kind == ROW_NEAR) {
            put(&b, (uint32_t)r->col);
            put(&b, (uint32_t)length);
        } else if (kind == ROW_ANY) {
            put_number(&b, with_sign(lines));
            put_number(&b, with_sign((int32_t)((uint32_t)r->end_line - (uint32_t)r->line)));
            put_number(&b, with_sign(r->col));
            put_number(&b, with_sign(length));
        }
        word = r->start;
        if (kind != ROW_NONE) line = r->line;
    }
    uint8_t *exact = mem_realloc(th, b.p, b.n ? b.n : 1);
    if (!exact) {
        mem_free(b.p);
        return -1;
    }
    mem_free(c->pos_table);
    c->pos_table = exact;
    c->pos_size = (uint32_t)b.n;
    c->npos = n;
    return 0;
}

typedef struct Reader { const uint8_t *p, *end; } Reader;
static uint32_t get(Reader *r) { return r->p < r->end ? *r->p++ : 0; }
static uint32_t get_number(Reader *r) {
    uint32_t v = 0, byte;
    for (unsigned shift = 0; shift < 35; shift += 7) {
        byte = get(r);
        v |= (byte & 127) << (shift & 31);
        if (byte < 128) break;
    }
    return v;
}
// All rows; of a damaged table those behind the damage are at the end and say nothing.
static void unpack(const Code *c, PosRow *rows) {
    Reader r = {c->pos_table, c->pos_table + c->pos_size};
    uint32_t word = 0;
    uint32_t line = (uint32_t)c->firstlineno;       // wraps in a damaged table
    for (uint32_t i = 0; i < c->npos; i++) {
        PosRow *row = &rows[i];
        bool more = r.p < r.end;
        uint32_t head = get(&r), words = head & MANY;
        word += words == MANY ? get_number(&r) : words;
        if (!more || word > c->ninstrs) word = c->ninstrs;
        *row = (PosRow){.start = word, .col = -1, .end_col = -1};
        unsigned kind = more ? head >> KIND_SHIFT & 3 : ROW_NONE;
        if (kind == ROW_NONE) continue;
        uint32_t lines = kind == ROW_SAME ? 0 : kind == ROW_NEAR ? get(&r) : get_number(&r), tall = kind == ROW_ANY ? get_number(&r) : 0;
        line += (uint32_t)without_sign(lines);
        row->line = (int32_t)line;
        row->end_line = code_debug_ranges ? (int32_t)(line + (uint32_t)without_sign(tall)) : row->line;
        uint32_t col = kind == ROW_ANY ? (uint32_t)without_sign(get_number(&r)) : get(&r), length = kind == ROW_ANY ? (uint32_t)without_sign(get_number(&r)) : get(&r);
        if (!code_debug_ranges) continue;
        row->col = (int16_t)col;
        row->end_col = (int16_t)(col + length);
    }
}

const PosRow *code_positions(const Code *c, uint32_t *n) {
    PosRow *rows = atomic_load_acquire(&c->pos_rows);     // pairs with the release below
    if (!rows && c->npos && (rows = malloc(c->npos * sizeof *rows))) {
        unpack(c, rows);
        PosRow *none = NULL;
        // Two threads may ask first: one's rows are kept.
        if (!__atomic_compare_exchange_n((PosRow **)&c->pos_rows, &none, rows, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
            free(rows);
            rows = none;
        }
    }
    *n = rows ? c->npos : 0;
    return rows;
}
const PosRow *code_position(const Code *c, uint32_t word) {
    uint32_t n, lo = 0;
    const PosRow *rows = code_positions(c, &n);
    for (uint32_t hi = n; lo < hi;) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (rows[mid].start <= word) lo = mid + 1;
        else hi = mid;
    }
    return lo ? &rows[lo - 1] : NULL;
}
int code_last_line(const Code *c, uint32_t word) {
    uint32_t n;
    const PosRow *rows = code_positions(c, &n);
    for (const PosRow *p = code_position(c, word); p && p >= rows; p--) if (p->line > 0) return p->line;
    return 0;
}
