// SPDX-License-Identifier: MIT
// Rows of positions packed and unpacked: what goes in comes out, and a damaged table stays within the code.
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/code/code.h"
#include "core/vm/runtime.h"
#include "gc/heap.h"
#include "tests/unit/unit.h"

static void same_rows(Thread *th, const PosRow *rows, uint32_t n, int32_t firstlineno, uint32_t words) {
    Code *c = code_new(th);
    c->firstlineno = firstlineno;
    c->ninstrs = words;
    ASSERT_EQ(code_set_positions(th, c, rows, n), 0);
    uint32_t got;
    const PosRow *p = code_positions(c, &got);
    ASSERT_EQ(got, n);
    for (uint32_t i = 0; i < n; i++) {
        ASSERT_EQ(p[i].start, rows[i].start);
        ASSERT_EQ(p[i].line, rows[i].line);
        ASSERT_EQ(p[i].end_line, rows[i].end_line);
        ASSERT_EQ(p[i].col, rows[i].col);
        ASSERT_EQ(p[i].end_col, rows[i].end_col);
    }
    ASSERT(code_positions(c, &got) == p);
    if (n) ASSERT(code_position(c, rows[n - 1].start + 100) == &p[n - 1]);
    object_decref(th, &c->head);
}

TEST(positions_come_back) {
    Thread *th = runtime_init();
    static const PosRow edges[] = {
        {0, 0, 0, -1, -1},          {1, 7, 7, 0, 0},         {2, 7, 7, 255, 510},      {17, 7, 7, 256, 257},           {33, 71, 71, 3, 2},
        {34, 8, 9, 5, 1},           {5000, 135, 135, 1, 2},  {5001, 71, 71, 1, 2},     {70000, 1000000, 2000000, 0, 32767}, {70001, 3, 3, -1, -1},
        {70002, INT_MAX, 1, 0, 0},  {70003, -5, 0, -1, 4},   {70004, INT_MIN, INT_MAX, -32768, 32767}, {900000, 0, 1, -1, -1},
    };
    static const int32_t first[] = {1, 0, 7, -3, INT_MAX, INT_MIN};
    for (size_t i = 0; i < ARRAY_LEN(first); i++) same_rows(th, edges, ARRAY_LEN(edges), first[i], 1000000);
    same_rows(th, edges, 0, 1, 0);
    uint32_t seed = 12345;
    for (int round = 0; round < 300; round++) {
        PosRow rows[40];
        uint32_t word = 0;
        int32_t line = 10;
        for (uint32_t i = 0; i < ARRAY_LEN(rows); i++) {
            seed = seed * 1664525u + 1013904223u;
            word += 1 + (seed >> 28);
            line += (int32_t)(seed >> 20 & 255) - 128;
            int16_t col = (int16_t)((seed >> 8 & 1023) - 1);
            rows[i] = seed & 4 ? (PosRow){word, line, line + (seed & 3 ? 0 : (int32_t)(seed >> 25)), col, (int16_t)(col + (int)(seed >> 12 & 511) - 2)} : (PosRow){word, 0, 0, -1, -1};
        }
        same_rows(th, rows, ARRAY_LEN(rows), 10, word + 1);
    }
}

TEST(damaged_positions_stay_within) {
    Thread *th = runtime_init();
    uint32_t seed = 99;
    for (int round = 0; round < 500; round++) {
        Code *c = code_new(th);
        c->firstlineno = 1;
        c->ninstrs = 50;
        c->pos_size = c->npos = 30;
        c->pos_table = mem_alloc(th, c->pos_size);
        for (uint32_t i = 0; i < c->pos_size; i++) c->pos_table[i] = (uint8_t)((seed = seed * 1664525u + 1013904223u) >> 24);
        uint32_t n;
        const PosRow *p = code_positions(c, &n);
        ASSERT_EQ(n, 30u);
        for (uint32_t i = 0; i < n; i++) ASSERT(p[i].start <= 50 && (i == 0 || p[i].start >= p[i - 1].start));
        object_decref(th, &c->head);
    }
}
