// SPDX-License-Identifier: MIT
// Unit tests of the regular expression engine: results, interruption, deep backtracking, and spoilt code lists, which
// must be refused or run safely. The comparison with another engine is tests/tools/sre_oracle.py.
#include "stdlib/_sre/sre.h"
#include "tests/unit/unit.h"

// Made by re/_compiler.py, each from the pattern above it.
// (\w+)\s*=\s*(?:(a)|b|cd)*?(?P<x>\d{1,3})\2?
static const uint32_t code_words[] = {
    14, 4, 0, 3, 4294967295u, 17, 0, 24, 9, 1, 4294967295u, 13, 4, 8, 14, 0, 1, 17, 1, 24, 9, 0,
    4294967295u, 13, 4, 8, 12, 0, 1, 16, 61, 24, 9, 0, 4294967295u, 13, 4, 8, 12, 0, 1, 23, 26, 0,
    4294967295u, 7, 9, 17, 2, 16, 97, 17, 3, 15, 14, 5, 16, 98, 15, 9, 7, 16, 99, 16, 100, 15, 2, 0, 19, 17,
    4, 24, 9, 1, 3, 13, 4, 8, 10, 0, 1, 17, 5, 23, 5, 0, 1, 11, 1, 18, 1,
};
enum { groups_words = 3 };
// ^(?:(?=ab)(?!abc)(?>a|ab)c|[^\W_]++|(x)?(?(1)y|[z\u0100-\u2000])|(?<=q)r{2,}+)$
static const uint32_t code_mixed[] = {
    14, 4, 0, 1, 4294967295u, 6, 0, 7, 38, 4, 7, 0, 16, 97, 16, 98, 1, 5, 9, 0, 16, 97, 16, 98, 16, 99, 1,
    27, 14, 16, 97, 7, 3, 15, 7, 5, 16, 98, 15, 2, 0, 1, 16, 99, 15, 63, 16, 29, 12, 1, 4294967295u, 13, 7,
    21, 8, 15, 16, 95, 0, 1, 15, 47, 29, 23, 9, 0, 1, 17, 0, 16, 120, 17, 1, 18, 12, 0, 6, 16, 121, 15, 9,
    13, 7, 16, 122, 22, 256, 8192, 0, 15, 18, 16, 4, 5, 1, 16, 113, 1, 29, 6, 2, 4294967295u, 16, 114, 1,
    15, 2, 0, 6, 5, 1,
};
enum { groups_mixed = 1 };
// (?:a|aa)+b
static const uint32_t code_slow[] = {
    14, 4, 0, 2, 4294967295u, 23, 15, 1, 4294967295u, 16, 97, 7, 3, 15, 7, 5, 16, 97, 15, 2, 0, 18, 16, 98,
    1,
};
enum { groups_slow = 0 };
// (?i:(?:(k|[a-s])\1?)*+)(?:.*?z)??
static const uint32_t code_loop[] = {
    14, 4, 0, 0, 4294967295u, 28, 107, 0, 4294967295u, 17, 0, 39, 92, 10, 3, 33685760, 33686018, 33686018,
    33686018, 33686018, 33686018, 33686018, 33686018, 33686018, 33686018, 33686018, 33686018, 33686018,
    33686018, 33686018, 33686018, 33686018, 33686018, 33686018, 33686018, 33686018, 33686018, 33686018,
    33686018, 33686018, 33686018, 33686018, 33686018, 33686018, 33686018, 33686018, 33686018, 33686018,
    33686018, 33686018, 33686018, 33686018, 33686018, 33686018, 33686018, 33686018, 33686018, 33686018,
    33686018, 33686018, 33686018, 33686018, 33686018, 33686018, 33686018, 33686018, 33686018, 33686018,
    33686018, 33686018, 33686018, 33686018, 33686018, 33686018, 33686018, 33686018, 33686018, 33686018,
    33686018, 0, 0, 0, 1048574, 0, 0, 0, 0, 0, 131072, 0, 2147483648u, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 17, 1, 23, 5, 0, 1, 38, 0, 18, 1, 23, 11, 0, 1, 26, 5, 0, 4294967295u, 2, 1, 16, 122, 19, 1,
};
enum { groups_loop = 1 };

#define PROGRAM(name) make(code_##name, sizeof code_##name / sizeof *code_##name, groups_##name)

static SreProgram *make(const uint32_t *code, size_t n, uint32_t groups) {
    int error;
    SreProgram *p = sre_program_new(code, n, groups, &error);
    ASSERT_NOT_NULL(p);
    return p;
}

TEST(sre_groups) {
    SreProgram *p = PROGRAM(words);
    SreState s;
    size_t a, b;
    ASSERT_EQ(sre_state_init(&s, p, "  key = acd42a;", 1, 15, 15), 0);
    ASSERT_EQ(sre_search(&s, 0), 1);
    ASSERT(sre_group(&s, 0, &a, &b) && a == 2 && b == 14);
    ASSERT(sre_group(&s, 1, &a, &b) && a == 2 && b == 5);
    ASSERT(sre_group(&s, 2, &a, &b) && a == 8 && b == 9);
    ASSERT(sre_group(&s, 3, &a, &b) && a == 11 && b == 13);
    ASSERT_EQ(sre_last_index(&s), 3);
    ASSERT_EQ(sre_match(&s, 0), 0);
    sre_state_free(&s);
    sre_program_free(p);
}

static int count_down(void *arg) { return --*(int *)arg < 0; }

TEST(sre_interrupted) {
    SreProgram *p = PROGRAM(slow);
    SreState s;
    static char text[200];
    memset(text, 'a', sizeof text);
    int left = 3;
    ASSERT_EQ(sre_state_init(&s, p, text, 1, sizeof text, sizeof text), 0);
    s.poll = count_down, s.poll_arg = &left;
    ASSERT_EQ(sre_search(&s, 0), SRE_INTERRUPTED);
    sre_state_free(&s);
    sre_program_free(p);
}

TEST(sre_deep_without_c_stack) {
    enum { N = 1000000 };
    SreProgram *p = PROGRAM(slow);
    SreState s;
    char *text = malloc(N);
    memset(text, 'a', N);
    text[N - 1] = 'b';
    ASSERT_EQ(sre_state_init(&s, p, text, 1, N, N), 0);
    ASSERT_EQ(sre_match(&s, 0), 1);
    ASSERT_EQ(s.match_end, N);
    sre_state_free(&s);
    sre_program_free(p);
    free(text);
}

static uint64_t seed = 88172645463325252u;
static uint32_t roll(uint32_t n) {
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    return (uint32_t)(seed >> 20) % n;
}

static void spoil_and_run(const uint32_t *code, size_t n, uint32_t groups) {
    enum { ROUNDS = 6000 };
    static const uint32_t text4[] = {'a', 'b', 'q', 'r', 'r', 0x4E00, 'K', 0x212A, 'z', '=', '4', 0x10400};
    static const uint16_t text2[] = {'a', 'b', 0x100, 'x', 'y', '\n', 'z', '_', 'k', 'K', 0xFFFF, 'b'};
    uint32_t *copy = malloc((n + 4) * sizeof *copy);
    int accepted = 0;
    for (int round = 0; round < ROUNDS; round++) {
        memcpy(copy, code, n * sizeof *copy);
        size_t len = n;
        for (uint32_t k = roll(3); k < 3; k++) {
            size_t at = roll((uint32_t)len);
            uint32_t how = roll(8);
            if (how < 5) copy[at] = how == 0 ? UINT32_MAX : roll(48);
            else if (how == 5 && len > 2) memmove(copy + at, copy + at + 1, (--len - at) * sizeof *copy);
            else if (len < n + 3) memmove(copy + at + 1, copy + at, (len++ - at) * sizeof *copy);
        }
        int error;
        SreProgram *p = sre_program_new(copy, len, roll(10) ? groups : roll(4), &error);
        if (!p) continue;
        accepted++;
        for (int w = 0; w < 3; w++) {
            SreState s;
            int left = 3;
            int bad = w == 0   ? sre_state_init(&s, p, "abqrrxyz = 12", 1, 13, 13)
                      : w == 1 ? sre_state_init(&s, p, text2, 2, 12, 12)
                               : sre_state_init(&s, p, text4, 4, 12, 11);
            ASSERT_EQ(bad, 0);
            s.poll = count_down, s.poll_arg = &left;
            s.full = roll(2);
            (void)sre_match(&s, 0);
            s.full = false;
            left = 3;
            (void)sre_search(&s, roll(3));
            sre_state_free(&s);
        }
        sre_program_free(p);
    }
    free(copy);
    ASSERT_GT(accepted, 0);
}

#define SPOIL(name) spoil_and_run(code_##name, sizeof code_##name / sizeof *code_##name, groups_##name)
TEST_TIMEOUT(sre_spoilt_words, 60) { SPOIL(words); }
TEST_TIMEOUT(sre_spoilt_mixed, 60) { SPOIL(mixed); }
TEST_TIMEOUT(sre_spoilt_slow, 60) { SPOIL(slow); }
TEST_TIMEOUT(sre_spoilt_loop, 60) { SPOIL(loop); }
