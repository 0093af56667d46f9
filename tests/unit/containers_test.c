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

// ---- several threads on one container

#include "sched/thread/lock.h"
typedef struct Shared { Value list, dict, set, deque; uint32_t left; int seed; } Shared;
static Shared shared;

static uint32_t next_random(uint32_t *x) { *x ^= *x << 13; *x ^= *x >> 17; *x ^= *x << 5; return *x; }

static void hammer_one(Thread *th, uint32_t *x) {
    Value v, k;
    uint32_t r = next_random(x), key = (r >> 8) % 64;
    List *l = AS(List, shared.list);
    Dict *d = AS(Dict, shared.dict);
    Set *s = AS(Set, shared.set);
    switch (r % 24) {
    case 0: case 1: v = str_format(th, "item %d", (int)key); list_append_owned(th, l, v); break;
    case 2: if (list_len(l) > 50) decref(th, list_pop(th, l, (intptr_t)(key % 50))); break;
    case 3: if ((v = list_try_get(th, l, key))) { ASSERT(value_is_str(v) || value_is_imm_int(v)); decref(th, v); } break;
    case 4: list_insert(th, l, key, I(key)); break;
    case 5: { Value t = list_to_tuple(th, l); decref(th, t); break; }
    case 6: { Value it = object_iter(th, shared.list); int n = 0; while (n++ < 200 && (v = iter_next(th, it))) decref(th, v); decref(th, it); break; }
    case 7: if (list_len(l) > 300) { Value sl = slice_new(th, I(10), NO_VALUE, NO_VALUE); object_setitem(th, shared.list, sl, NO_VALUE); decref(th, sl); } break;
    case 8: case 9: case 10: k = str_format(th, "k%d", (int)key); v = str_format(th, "k%d", (int)key); dict_set(th, d, k, v); decref(th, k); decref(th, v); break;
    case 11: k = str_format(th, "k%d", (int)key); dict_delete(th, d, k); decref(th, k); break;
    case 12: case 13: case 14:
        k = str_format(th, "k%d", (int)key);
        if (dict_get(th, d, k, &v) > 0) { ASSERT(str_equal(AS(Str, k), AS(Str, v))); decref(th, v); }
        decref(th, k);
        break;
    case 15: k = tuple_pack2(th, I(key), I(key)); v = str_format(th, "v"); dict_set(th, d, k, v); decref(th, v); dict_delete(th, d, k); decref(th, k); break;
    case 16: { size_t pos = 0; int n = 0; while (n++ < 100 && dict_next(th, d, &pos, &k, &v)) { decref(th, k); decref(th, v); } break; }
    case 17: if (r % 31 == 0) dict_clear(th, d); else { k = str_format(th, "k%d", (int)key); dict_move_to_end(th, d, k, r & 1); decref(th, k); } break;
    case 18: if (dict_popitem(th, d, &k, &v)) { decref(th, k); decref(th, v); } break;
    case 19: k = str_format(th, "s%d", (int)key); set_add(th, s, k); decref(th, k); break;
    case 20: k = str_format(th, "s%d", (int)key); set_discard(th, s, k); decref(th, k); break;
    case 21: k = str_format(th, "s%d", (int)key); set_contains(th, s, k); decref(th, k); break;
    case 22: { size_t pos = 0; while (set_next(th, s, &pos, &k)) decref(th, k); break; }
    case 23: if (r % 17 == 0) list_sort(th, shared.list, VALUE_NONE, false); else { v = dict_copy(th, d); decref(th, v); } break;
    }
    if (error_pending(th)) error_clear(th);
    thread_safepoint(th);
}

static void hammer_main(Thread *th, void *arg) {
    uint32_t x = (uint32_t)(uintptr_t)arg * 2654435761u + 1;
    for (int i = 0; i < 40000; i++) hammer_one(th, &x);
    atomic_sub_acq_rel(&shared.left, 1u);
}

TEST_TIMEOUT(containers_hammered, 100) {
    Thread *th = start();
    shared = (Shared){list_new(th, 0), dict_new(th), set_new(th, NO_VALUE), NO_VALUE, 3, 0};
    for (uintptr_t i = 1; i <= 3; i++) ASSERT(thread_start(th, hammer_main, (void *)i, 0, false) != NULL);
    uint32_t x = 77;
    while (atomic_load_acquire(&shared.left)) hammer_one(th, &x);
    // What is left is whole.
    Dict *d = AS(Dict, shared.dict);
    size_t n = 0, pos = 0;
    Value k, v;
    while (dict_next(th, d, &pos, &k, &v)) { n++; ASSERT(dict_contains(th, d, k) == 1); }
    ASSERT(n == dict_len(d));
}
