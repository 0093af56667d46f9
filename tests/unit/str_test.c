// SPDX-License-Identifier: MIT
// Unit tests of str, bytes, memoryview, codecs and formatting: the C interface, without running Python code. Texts are compared by repr.
#include "tests/unit/unit.h"

#include "core/base/search.h"
#include "core/object/abstract.h"
#include "core/object/bytes.h"
#include "core/object/call.h"
#include "core/object/codecs.h"
#include "core/object/float.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/vm/runtime.h"

static Thread *th;
static void start(void) {
    th = runtime_init();
    ASSERT(th != NULL);
}
#define I(n) value_imm_int(n)
#define S(text) str_from_cstr(th, text)
#define B(text) bytes_new(th, text, sizeof(text) - 1)

// repr of v, or "Type: message" of the pending exception.
static const char *shown(Value v) {
    Value text, hold;
    if (v != NO_VALUE) {
        text = object_repr(th, v);
    } else {
        Value exc = error_fetch(th);
        ASSERT(exc != NO_VALUE);
        text = str_format(th, "%N: %S", type_of(exc), exc);
    }
    ASSERT(text != NO_VALUE);
    size_t n;
    return str_utf8(th, text, &n, &hold);
}
#define SHOWS(v, text) ASSERT_STR_EQ(shown(v), text)

static Value call(Value self, const char *name, size_t n, Value a, Value b) {
    Value args[2] = {a, b};
    return call_method(th, self, str_intern_cstr(th, name), args, n);
}
#define CALL0(v, name) call(v, name, 0, NO_VALUE, NO_VALUE)
#define CALL1(v, name, a) call(v, name, 1, a, NO_VALUE)
#define CALL2(v, name, a, b) call(v, name, 2, a, b)

TEST(str_kinds_and_interning) {
    start();
    ASSERT(AS(Str, S("abc"))->kind == 1 && (AS(Str, S("abc"))->flags & STR_ASCII));
    ASSERT(AS(Str, S("h\xc3\xa9"))->kind == 1 && !(AS(Str, S("h\xc3\xa9"))->flags & STR_ASCII));
    ASSERT(AS(Str, S("\xe2\x82\xac\x61"))->kind == 2);
    ASSERT(AS(Str, S("\xf0\x90\x80\x80z"))->kind == 4);
    ASSERT(str_intern_cstr(th, "some name") == str_intern_cstr(th, "some name"));
    ASSERT(S("x") == S("x") && S("") == str_empty && str_intern_cstr(th, "") == str_empty);
    ASSERT(str_hash(AS(Str, S("hello"))) == str_hash(AS(Str, S("hello"))));
    SHOWS(S("it's \"\n\t\x01\xc3\xa9\xe2\x80\xa8"), "'it\\'s \"\\n\\t\\x01\xc3\xa9\\u2028'");
}

TEST(str_split_join_strip) {
    start();
    SHOWS(CALL1(S("a,b,,c"), "split", S(",")), "['a', 'b', '', 'c']");
    SHOWS(CALL0(S("  a b\t c "), "split"), "['a', 'b', 'c']");
    SHOWS(CALL2(S("a b c"), "rsplit", VALUE_NONE, I(1)), "['a b', 'c']");
    SHOWS(CALL1(S("a"), "split", S("")), "ValueError: empty separator");
    SHOWS(CALL0(S("a\nb\r\nc\xe2\x80\xa8" "d"), "splitlines"), "['a', 'b', 'c', 'd']");
    SHOWS(CALL1(S("a-b-c"), "rpartition", S("-")), "('a-b', '-', 'c')");
    SHOWS(CALL1(S("xxabcx"), "strip", S("x")), "'abc'");
    SHOWS(CALL1(S("-"), "join", CALL1(S("a b"), "split", S(" "))), "'a-b'");
    SHOWS(CALL1(S("-"), "join", tuple_pack2(th, S("a"), I(1))), "TypeError: sequence item 1: expected str instance, int found");
}

TEST(str_case_and_search) {
    start();
    SHOWS(CALL0(S("stra\xc3\x9f" "e"), "upper"), "'STRASSE'");
    SHOWS(CALL0(S("\xce\x91\xce\xa3 \xce\x91\xce\xa3\xce\x91"), "lower"), "'\xce\xb1\xcf\x82 \xce\xb1\xcf\x83\xce\xb1'");
    SHOWS(CALL0(S("they're bill's"), "title"), "\"They'Re Bill'S\"");
    SHOWS(CALL2(S("aXbX"), "replace", S("X"), S("\xe2\x82\xac")), "'a\xe2\x82\xac" "b\xe2\x82\xac'");
    SHOWS(CALL2(S("ab"), "replace", S(""), S("-")), "'-a-b-'");
    Value narrowed = CALL2(S("a\xe2\x82\xac"), "replace", S("\xe2\x82\xac"), S("b"));
    ASSERT(AS(Str, narrowed)->kind == 1 && str_equal_cstr(narrowed, "ab"));
    ASSERT(str_find(AS(Str, S("aaaaab")), AS(Str, S("aab")), 0, 6, 1) == 3);
    SHOWS(CALL1(S("abc"), "index", S("x")), "ValueError: substring not found");
    SHOWS(CALL1(S("abc"), "find", I(1)), "TypeError: find() argument 1 must be str, not int");
}

TEST(str_append_is_linear_and_safe) {
    start();
    Value s = S("x"), kept = NO_VALUE;
    for (int i = 0; i < 200000; i++) {
        s = str_append_owned(th, s, S("ab"));
        if (i == 1000) kept = new_ref(th, s);
    }
    ASSERT(AS(Str, s)->len == 400001 && AS(Str, kept)->len == 2003);
    s = str_append_owned(th, s, S("\xe2\x82\xac"));
    ASSERT(AS(Str, s)->kind == 2 && str_char_at(AS(Str, s), 400001) == 0x20AC);
}

TEST(search_agrees_with_brute_force) {
    uint32_t seed = 12345;
    for (int turn = 0; turn < 20000; turn++) {
        uint16_t hay[64], needle[8];
        uint8_t hay1[64], needle1[8];
        size_t n = (seed = seed * 1103515245 + 12345) >> 16 & 63, m = 1 + ((seed >> 8) & 7);
        for (size_t i = 0; i < n; i++) hay1[i] = (uint8_t)(hay[i] = (uint16_t)('a' + ((seed = seed * 1103515245 + 12345) >> 16) % 2));
        for (size_t i = 0; i < m; i++) needle1[i] = (uint8_t)(needle[i] = (uint16_t)('a' + ((seed = seed * 1103515245 + 12345) >> 16) % 2));
        intptr_t first = -1, last = -1;
        for (size_t i = 0; i + m <= n; i++)
            if (memcmp(hay + i, needle, 2 * m) == 0) {
                if (first < 0) first = (intptr_t)i;
                last = (intptr_t)i;
            }
        ASSERT_EQ(chars_find(hay, n, needle, m, 2), first);
        ASSERT_EQ(chars_rfind(hay, n, needle, m, 2), last);
        ASSERT_EQ(chars_find(hay1, n, needle1, m, 1), first);
        ASSERT_EQ(chars_rfind(hay1, n, needle1, m, 1), last);
    }
}

TEST_TIMEOUT(search_worst_case_is_linear, 5) {
    size_t n = 1 << 20, m = 1 << 18;
    uint16_t *hay = malloc(2 * n), *needle = malloc(2 * m);
    for (size_t i = 0; i < n; i++) hay[i] = 'a';
    for (size_t i = 0; i < m; i++) needle[i] = 'a';
    needle[0] = 'b';
    ASSERT_EQ(chars_find(hay, n, needle, m, 2), -1);
    needle[0] = 'a', needle[m / 2] = 'b';
    ASSERT_EQ(chars_find(hay, n, needle, m, 2), -1);
    ASSERT_EQ(chars_rfind(hay, n, needle, m, 2), -1);
    free(hay);
    free(needle);
}

TEST(format_mini_language) {
    start();
    static const struct { int64_t value; const char *spec, *result; } ints[] = {
        {1234567, ",", "'1,234,567'"}, {123456, "020,", "'0,000,000,000,123,456'"}, {123456, "#_x", "'0x1_e240'"}, {-5, "=+6d", "'-    5'"},
        {97, "c", "'a'"}, {1, ",s", "ValueError: Cannot specify ',' with 's'."}, {1, "ddd", "ValueError: Invalid format specifier 'ddd' for object of type 'int'"},
        {1, "\xc3\xa9^5", "'\xc3\xa9\xc3\xa9" "1\xc3\xa9\xc3\xa9'"},
    };
    for (size_t i = 0; i < ARRAY_LEN(ints); i++) SHOWS(object_format(th, I(ints[i].value), S(ints[i].spec)), ints[i].result);
    SHOWS(object_format(th, float_from_double(th, 1234567.23456789), S(",.8_f")), "'1,234,567.234_567_89'");
    SHOWS(object_format(th, S("abc"), S("*^9.2")), "'***ab****'");
    SHOWS(object_format(th, S("abc"), S("+")), "ValueError: Sign not allowed in string format specifier");
    SHOWS(CALL2(S("{0[1]!r:>5}|{1:{2}}"), "format", S("xy"), I(3)), "IndexError: Replacement index 2 out of range for positional args tuple");
    SHOWS(CALL1(S("{}}"), "format", I(3)), "ValueError: Single '}' encountered in format string");
}

TEST(percent_formatting) {
    start();
    SHOWS(number_binary(th, BINOP_MOD, S("%-5s|%05d|%+.2f|%#x|%%|%c"), ({ Value v[5] = {S("ab"), I(-42), float_from_double(th, 2.5), I(255), I(0x20AC)}; tuple_from_array(th, v, 5); })),
          "'ab   |-0042|+2.50|0xff|%|\xe2\x82\xac'");
    SHOWS(number_binary(th, BINOP_MOD, S("%d"), S("a")), "TypeError: %d format: a real number is required, not str");
    SHOWS(number_binary(th, BINOP_MOD, S("%d"), tuple_pack2(th, I(1), I(2))), "TypeError: not all arguments converted during string formatting");
    SHOWS(number_binary(th, BINOP_MOD, B("%b-%d"), tuple_pack2(th, B("x\xff"), I(7))), "b'x\\xff-7'");
}

TEST(codecs_round_trip) {
    start();
    static const char *const names[] = {"utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"};
    Value text = S("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z");
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        Value b = codec_encode_text(th, text, names[i], NULL);
        ASSERT(b != NO_VALUE);
        Value back = codec_decode_object(th, b, names[i], NULL);
        ASSERT(back != NO_VALUE && str_equal(AS(Str, text), AS(Str, back)));
    }
    Value seven = utf7_codec_encode(th, text, NULL);
    SHOWS(seven, "b'a+AOkgrNg93gA-z'");
    ASSERT(str_equal(AS(Str, text), AS(Str, utf7_codec_decode(th, AS(Bytes, seven)->data, AS(Bytes, seven)->len, NULL, NULL))));
    SHOWS(unicode_escape_encode(th, text), "b'a\\\\xe9\\\\u20ac\\\\U0001f600z'");
    SHOWS(unicode_escape_decode(th, "\\x41\\u20ac\\N{DIGIT ONE}\\\n\\101", 29, NULL, NULL), "'A\xe2\x82\xac" "1A'");
}

TEST(codecs_errors) {
    start();
    SHOWS(CALL0(B("ab\xff"), "decode"), "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xff in position 2: invalid start byte");
    SHOWS(CALL2(B("ab\xff"), "decode", S("utf-8"), S("replace")), "'ab\xef\xbf\xbd'");
    SHOWS(CALL2(B("ab\xff"), "decode", S("ascii"), S("backslashreplace")), "'ab\\\\xff'");
    Value escaped = CALL2(B("ab\xff"), "decode", S("utf-8"), S("surrogateescape"));
    SHOWS(CALL2(escaped, "encode", S("utf-8"), S("surrogateescape")), "b'ab\\xff'");
    SHOWS(CALL0(escaped, "encode"), "UnicodeEncodeError: 'utf-8' codec can't encode character '\\udcff' in position 2: surrogates not allowed");
    SHOWS(CALL2(S("a\xe2\x82\xac"), "encode", S("latin-1"), S("xmlcharrefreplace")), "b'a&#8364;'");
    SHOWS(CALL2(S("a\xe2\x82\xac"), "encode", S("ascii"), S("namereplace")), "b'a\\\\N{EURO SIGN}'");
    size_t used;
    SHOWS(utf8_codec_decode(th, "a\xe2\x82", 3, NULL, &used), "'a'");
    ASSERT_EQ(used, (size_t)1);
}

TEST(bytearray_exports_lock_its_size) {
    start();
    Value a = bytearray_new(th, "hello", 5), view = call1(th, VALUE_OF(&type_memoryview), a);
    SHOWS(CALL1(a, "append", I(1)), "BufferError: Existing exports of data: object cannot be re-sized");
    SHOWS(CALL0(view, "release"), "None");
    SHOWS(CALL1(a, "append", I(33)), "None");
    SHOWS(CALL1(a, "pop", I(0)), "104");
    SHOWS(CALL1(a, "extend", tuple_pack2(th, I(1), I(256))), "ValueError: byte must be in range(0, 256)");
    SHOWS(a, "bytearray(b'ello!')");
    SHOWS(CALL0(view, "tolist"), "ValueError: operation forbidden on released memoryview object");
}

TEST(memoryview_casts) {
    start();
    Value view = call1(th, VALUE_OF(&type_memoryview), B("abcdefgh"));
    SHOWS(CALL0(CALL1(view, "cast", S("H")), "tolist"), "[25185, 25699, 26213, 26727]");
    SHOWS(CALL0(CALL2(view, "cast", S("B"), tuple_pack2(th, I(2), I(4))), "tolist"), "[[97, 98, 99, 100], [101, 102, 103, 104]]");
    SHOWS(CALL1(view, "cast", S("x")), "ValueError: memoryview: destination format must be a native single character format prefixed with an optional '@'");
    ASSERT(object_equal(th, view, B("abcdefgh")) == 1);
}
