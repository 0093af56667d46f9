// SPDX-License-Identifier: MIT
// Unit tests of list, dict, set: the C interface, without running Python code.
#include "tests/unit/unit.h"

#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/dict.h"
#include "core/object/int.h"
#include "core/object/iter.h"
#include "core/object/list.h"
#include "core/object/set.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/vm/runtime.h"

static Thread *start(void) {
    Thread *th = runtime_init();
    ASSERT(th != NULL);
    return th;
}
#define I(n) value_imm_int(n)

TEST(list_basic) {
    Thread *th = start();
    Value lv = list_new(th, 0);
    List *l = AS(List, lv);
    for (int i = 0; i < 1000; i++) ASSERT(list_append(th, l, I(i)) == 0);
    ASSERT(list_len(l) == 1000);
    ASSERT(list_get(th, l, -1) == I(999));
    ASSERT(list_pop(th, l, 0) == I(0));
    ASSERT(list_insert(th, l, 0, I(7)) == 0);
    ASSERT(list_get(th, l, 0) == I(7) && list_get(th, l, 1) == I(1));
    ASSERT(list_sort(th, lv, VALUE_NONE, true) == 0);
    ASSERT(list_get(th, l, 0) == I(999) && list_get(th, l, 999) == I(1));
    ASSERT(list_get(th, l, 1000) == NO_VALUE && error_pending(th));
    error_clear(th);
    Value r = object_repr(th, lv);
    ASSERT(r != NO_VALUE);
    decref(th, lv);
}

TEST(list_sort_random) {
    Thread *th = start();
    uint64_t x = 88172645463325252ull;
    for (int round = 0; round < 60; round++) {
        int n = 1 + round * 37;
        Value lv = list_new(th, 0);
        for (int i = 0; i < n; i++) {
            x ^= x << 13; x ^= x >> 7; x ^= x << 17;
            int64_t v = round % 4 == 0 ? (int64_t)(x % 10) : round % 4 == 1 ? i / 10 : round % 4 == 2 ? n - i : (int64_t)(x % 100000);
            // value and original position, to see stability
            Value t = tuple_pack2(th, I(v), I(i));
            list_append_owned(th, AS(List, lv), t);
        }
        ASSERT(list_sort(th, lv, VALUE_NONE, false) == 0);
        for (int i = 1; i < n; i++) {
            Tuple *a = AS(Tuple, list_items_raw(AS(List, lv))[i - 1]), *b = AS(Tuple, list_items_raw(AS(List, lv))[i]);
            int64_t p = value_imm_int_get(a->items[0]), q = value_imm_int_get(b->items[0]);
            ASSERT(p < q || (p == q && value_imm_int_get(a->items[1]) < value_imm_int_get(b->items[1])));
        }
        decref(th, lv);
    }
}

TEST(dict_basic) {
    Thread *th = start();
    Value dv = dict_new(th);
    Dict *d = AS(Dict, dv);
    for (int i = 0; i < 5000; i++) ASSERT(dict_set(th, d, I(i), I(i * 2)) == 0);
    ASSERT(dict_len(d) == 5000);
    Value v;
    for (int i = 0; i < 5000; i++) { ASSERT(dict_get(th, d, I(i), &v) == 1); ASSERT(v == I(i * 2)); }
    ASSERT(dict_get(th, d, I(5000), &v) == 0);
    for (int i = 0; i < 5000; i += 2) ASSERT(dict_delete(th, d, I(i)) == 1);
    ASSERT(dict_len(d) == 2500);
    size_t pos = 0, n = 0;
    Value k;
    while (dict_next(th, d, &pos, &k, &v)) { ASSERT(k == I((int64_t)n * 2 + 1)); n++; }
    ASSERT(n == 2500);
    while (dict_popitem(th, d, &k, &v)) n--;
    ASSERT(n == 0 && dict_len(d) == 0);
    dict_clear(th, d);
    for (int i = 0; i < 100; i++) {
        char name[16];
        snprintf(name, sizeof name, "key%d", i);
        ASSERT(dict_set_str(th, d, name, I(i)) == 0);
    }
    Value s = str_from_cstr(th, "key42");
    ASSERT(dict_get_str(th, d, s) == I(42));
    uint32_t ver, ver2;
    int ix = dict_cache_index(th, d, s, &ver);
    ASSERT(ix == 42 && ver != 0);
    ASSERT(dict_set(th, d, s, I(1)) == 0);
    ASSERT(dict_cache_index(th, d, s, &ver2) == 42 && ver2 == ver);
    ASSERT(dict_delete(th, d, s) == 1);
    ASSERT(dict_cache_index(th, d, s, &ver2) == -1 && ver2 != ver);
    ASSERT(dict_move_to_end(th, d, str_intern_cstr(th, "key3"), true) == 1);
    ASSERT(dict_move_to_end(th, d, str_intern_cstr(th, "key5"), false) == 1);
    ASSERT(dict_popitem_first(th, d, &k, &v) == 1 && v == I(5));
    ASSERT(dict_popitem(th, d, &k, &v) == 1 && v == I(3));
    Value f = object_repr(th, dv);
    ASSERT(f != NO_VALUE);
    decref(th, dv);
}

TEST(dict_churn_keeps_order) {
    Thread *th = start();
    Value dv = dict_new(th), v, k;
    Dict *d = AS(Dict, dv);
    for (int i = 0; i < 50000; i++) {
        ASSERT(dict_set(th, d, I(i), I(i)) == 0);
        if (dict_len(d) > 8) ASSERT(dict_popitem_first(th, d, &k, &v) == 1 && k == I(i - 8));
    }
    for (int i = 0; i < 1000; i++) ASSERT(dict_move_to_end(th, d, I(49999 - i % 8), true) == 1);
    ASSERT(dict_len(d) == 8);
    decref(th, dv);
}

TEST(set_basic) {
    Thread *th = start();
    Value a = set_new(th, NO_VALUE), b = set_new(th, NO_VALUE);
    for (int i = 0; i < 1000; i++) { set_add(th, AS(Set, a), I(i)); set_add(th, AS(Set, b), I(i * 3)); }
    Value u = number_binary(th, BINOP_OR, a, b), x = number_binary(th, BINOP_AND, a, b), m = number_binary(th, BINOP_SUB, a, b), y = number_binary(th, BINOP_XOR, a, b);
    ASSERT(set_len(AS(Set, u)) == 1666 && set_len(AS(Set, x)) == 334 && set_len(AS(Set, m)) == 666 && set_len(AS(Set, y)) == 1332);
    ASSERT(set_contains(th, AS(Set, a), I(5)) == 1 && set_contains(th, AS(Set, a), I(1000)) == 0);
    ASSERT(set_discard(th, AS(Set, a), I(5)) == 1 && set_contains(th, AS(Set, a), I(5)) == 0);
    Value f = frozenset_new(th, x), g = frozenset_new(th, x);
    ASSERT(object_hash(th, f) == object_hash(th, g) && object_equal(th, f, g) == 1);
}

TEST(range_and_slice) {
    Thread *th = start();
    Value args[3] = {I(10), I(0), I(-3)};
    Value r = object_call(th, VALUE_OF(&type_range), args, 3, NO_VALUE);
    ASSERT(r != NO_VALUE && object_len(th, r) == 4);
    Value l = sequence_to_list(th, r);
    ASSERT(list_len(AS(List, l)) == 4 && list_get(th, AS(List, l), 3) == I(1));
    Value s = slice_new(th, VALUE_NONE, VALUE_NONE, I(-1)), t = object_getitem(th, l, s);
    ASSERT(list_get(th, AS(List, t), 0) == I(1));
}
