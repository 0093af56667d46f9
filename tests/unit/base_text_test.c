// SPDX-License-Identifier: MIT
// Unit tests of the text and number pieces of core/base: Unicode, UTF-8, hashes, floats as text. The exhaustive
// comparison with another implementation is tests/tools/base_oracle.py.
#include <locale.h>

#include "core/base/dtoa.h"
#include "core/base/hash.h"
#include "core/base/mt19937.h"
#include "core/base/random.h"
#include "core/base/unicode.h"
#include "core/base/utf8.h"
#include "tests/unit/unit.h"

TEST(unicode_case_full) {
    uint32_t out[3];
    ASSERT_EQ(unicode_to_upper_full(0xDF, out), 2);
    ASSERT_EQ(out[0], 'S');
    ASSERT_EQ(unicode_to_lower_full(0x130, out), 2);
    ASSERT_EQ(unicode_to_lower(0x130), 'i');
    ASSERT_EQ(unicode_to_upper(0x1F80), 0x1F88);
    ASSERT(!unicode_is_alpha(0x110000) && !unicode_is_printable(UINT32_MAX));
}

TEST(unicode_normalize_blocks) {
    static const uint32_t text[] = {'a', 0x0315, 0x0300, 0x05AE, 0x1100, 0x1161, 0x11A8};
    size_t n;
    uint32_t *got = unicode_normalize(UNICODE_NFC, text, 7, &n);
    static const uint32_t want[] = {0xE0, 0x05AE, 0x0315, 0xAC01};
    ASSERT_EQ(n, 4);
    ASSERT_MEM_EQ(got, want, sizeof want);
    free(got);
}

TEST(unicode_normalize_long_run) {
    enum { N = 100000 };
    uint32_t *text = malloc(N * sizeof *text);
    for (int i = 0; i < N; i++) text[i] = i % 2 ? 0x0315 : 0x0300;
    size_t n;
    uint32_t *got = unicode_normalize(UNICODE_NFD, text, N, &n);
    ASSERT_EQ(n, N);
    ASSERT_EQ(got[0], 0x0300);
    ASSERT_EQ(got[N - 1], 0x0315);
    free(got), free(text);
}

TEST(unicode_names_both_ways) {
    uint32_t cp = 0, seq[UNICODE_SEQUENCE_MAX];
    char buf[UNICODE_NAME_MAX + 1];
    ASSERT(unicode_name_lookup("euro sign", 9, &cp) && cp == 0x20AC);
    ASSERT(unicode_name_lookup("LINE FEED", 9, &cp) && cp == 10);
    ASSERT(!unicode_name_lookup("KEYCAP ASTERISK", 15, &cp));
    ASSERT_EQ(unicode_name_lookup_sequence("KEYCAP ASTERISK", 15, seq), 3);
    ASSERT_EQ(unicode_name_of(0xAC01, buf, sizeof buf), 19);
    ASSERT_STR_EQ(buf, "HANGUL SYLLABLE GAG");
    ASSERT_EQ(unicode_name_of(0x4E00, buf, 4), 0);
    ASSERT_EQ(unicode_name_of(10, buf, sizeof buf), 0);
}

TEST(utf8_reports_errors) {
    Utf8Scan scan;
    size_t end;
    ASSERT(utf8_scan("h\xC3\xA9", 3, false, &scan));
    ASSERT_EQ(scan.length, 2);
    ASSERT_EQ(scan.max, 0xFF);
    ASSERT(!utf8_scan("ab\xE2\x82", 4, false, &scan));
    ASSERT_EQ(scan.bytes, 2);
    ASSERT_STR_EQ(utf8_error("ab\xE2\x82", 4, 2, false, &end), "unexpected end of data");
    ASSERT_EQ(end, 4);
    ASSERT(!utf8_scan("\xED\xA0\x80", 3, false, &scan));
    ASSERT(utf8_scan("\xED\xA0\x80", 3, true, &scan));
}

TEST(hash_known_values) {
    ASSERT_EQ(hash_init("0"), 0);
    ASSERT_EQ(hash_init("4294967296"), -1);
    ASSERT_EQ(hash_bytes("", 0), 0);
    ASSERT_EQ(hash_double(-1.0, 0), -2);
    ASSERT_EQ(hash_int64(-1), -2);
    ASSERT_EQ(hash_int64(INT64_MIN), -4);
    ASSERT_EQ(hash_int64((int64_t)HASH_MODULUS), 0);
    ASSERT_EQ(hash_double(0.5, 0), 1152921504606846976);
}

TEST(mt19937_reference) {
    static const uint32_t key[] = {0x123, 0x234, 0x345, 0x456};
    Mt19937 mt;
    mt_seed_array(&mt, key, 4);
    ASSERT_EQ(mt_next(&mt), 1067595299u);
    ASSERT_EQ(mt_next(&mt), 955945823u);
}

TEST(random_bytes_differ) {
    uint8_t a[32], b[32];
    ASSERT_EQ(random_bytes(a, sizeof a), 0);
    random_bytes_weak(b, sizeof b);
    ASSERT(memcmp(a, b, sizeof a) != 0);
}

TEST(double_text_edges) {
    char buf[32];
    double v;
    double_repr_shortest(5e-324, buf);
    ASSERT_STR_EQ(buf, "5e-324");
    double_repr_shortest(-0.0, buf);
    ASSERT_STR_EQ(buf, "-0.0");
    double_repr_shortest(1e16, buf);
    ASSERT_STR_EQ(buf, "1e+16");
    double_repr_shortest(9007199254740993.0, buf);
    ASSERT_STR_EQ(buf, "9007199254740992.0");
    ASSERT_EQ(double_parse("1_0", 3, &v), -1);
    ASSERT_EQ(double_parse("1e400", 5, &v), 0);
    ASSERT(v > 1e308);
    ASSERT_EQ(double_parse_prefix("1.5e+x", 6, &v), 3);
    ASSERT_EQ(double_format(2.5, 'f', 0, DOUBLE_ALT, buf, sizeof buf), 2);
    ASSERT_STR_EQ(buf, "2.");
    ASSERT_EQ(double_format(1e300, 'f', 2, 0, buf, sizeof buf), 304);
}
