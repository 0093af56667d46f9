// SPDX-License-Identifier: MIT
// list.sort: a stable natural merge sort. Ascending and strictly descending runs are found, short ones are extended by binary insertion,
// neighbours are merged in the order given by their place in a nearly balanced tree ("powersort", Munro and Wild 2018), with exponential
// search ("galloping") while one side keeps winning.
//   1. The items are taken out of the list (it looks empty meanwhile); a private list holds them, so the collector sees them.
//   2. Keys are computed; one pass looks whether all keys are small ints, floats, or str: then comparing needs no calls.
//   3. Runs and merges work on keys with the values following in a parallel array.
//   4. The items go back; "list modified during sort" if the list is not empty any more.
// The few items of a list that only its owner knows are sorted in it, if comparing them needs no calls.
// After a failed comparison the arrays still hold every item exactly once.
#include "core/object/list_int.h"
#include "core/object/float.h"
#include "core/object/int.h"

enum { MIN_RUN_END = 64 };   // fewer items than that are one run

typedef struct Run { size_t start, len; int power; } Run;
typedef struct Sorter Sorter;
typedef int (*LessFn)(Sorter *s, Value a, Value b); // 0 1 -1
struct Sorter {
    Thread *th;
    LessFn less;
    Value *keys;      // sorted by
    Value *vals;      // follows keys; NULL when the keys are the values
    Value *tmp_keys, *tmp_vals;
    size_t tmp_cap;
    int nruns;
    int min_gallop;
    size_t n;
    Run runs[72];     // the first nruns
};

static int less_int(Sorter *s, Value a, Value b) { return (int64_t)a < (int64_t)b; }
static int less_float(Sorter *s, Value a, Value b) { return float_value(a) < float_value(b); }
static int less_str(Sorter *s, Value a, Value b) { return str_compare(AS(Str, a), AS(Str, b)) < 0; }
static int less_latin1(Sorter *s, Value a, Value b) {
    Str *x = AS(Str, a), *y = AS(Str, b);
    size_t n = x->len < y->len ? x->len : y->len;
    int r = memcmp(str_data(x), str_data(y), n);
    return r ? r < 0 : x->len < y->len;
}
static int less_any(Sorter *s, Value a, Value b) {
    CompareFn f = type_of(a)->slots.compare;
    if (LIKELY(f != NULL) && type_of(a) == type_of(b)) {
        Value r = f(s->th, a, b, CMP_LT);
        if (r == VALUE_TRUE) return 1;
        if (r == VALUE_FALSE) return 0;
        if (!r) return -1;
        if (r != VALUE_NOT_IMPLEMENTED) { int t = object_truth(s->th, r); decref(s->th, r); return t; }
    }
    return object_compare_bool(s->th, a, b, CMP_LT);
}
// Tuples: by the first items that differ, as long as these are small ints, floats or str; anything else goes the long way.
static int less_tuple(Sorter *s, Value a, Value b) {
    Tuple *x = AS(Tuple, a), *y = AS(Tuple, b);
    size_t n = x->len < y->len ? x->len : y->len;
    for (size_t i = 0; i < n; i++) {
        Value p = x->items[i], q = y->items[i];
        if (p == q) continue;
        if (value_both_imm_int(p, q)) return (int64_t)p < (int64_t)q;
        if (value_is_imm_float(p) && value_is_imm_float(q)) {
            double u = value_imm_float_get(p), v = value_imm_float_get(q);
            if (u != v) return u < v;
        } else if (value_is_exact_str(p) && value_is_exact_str(q)) {
            int c = str_compare(AS(Str, p), AS(Str, q));
            if (c) return c < 0;
        } else return less_any(s, a, b);
    }
    return x->len < y->len;
}

static LessFn choose_less(const Value *k, size_t n) {
    bool ints = true, floats = true, strs = true, latin = true, tuples = true;
    for (size_t i = 0; i < n && (ints || floats || strs || tuples); i++) {
        Value v = k[i];
        if (!value_is_imm_int(v)) ints = false;
        if (!value_is_imm_float(v) && !(value_is_object(v) && atomic_load_relaxed(&value_object(v)->shape) == &shape_float)) floats = false;
        if (!value_is_exact_str(v)) strs = false;
        else if (AS(Str, v)->kind != STR_KIND1) latin = false;
        if (!value_is_exact_tuple(v)) tuples = false;
    }
    return ints ? less_int : floats ? less_float : strs ? (latin ? less_latin1 : less_str) : tuples ? less_tuple : less_any;
}

static void reverse_range(Value *a, size_t lo, size_t hi) {
    while (lo + 1 < hi) { Value t = a[lo]; a[lo++] = a[--hi]; a[hi] = t; }
}

// Length of the run at lo; a strictly descending one is reversed in place. 0: error. less: s->less, where the caller knows it by name, so that no call is left of it.
ALWAYS_INLINE size_t count_run_by(Sorter *s, size_t lo, size_t hi, LessFn less) {
    if (lo + 1 >= hi) return hi - lo;
    Value *k = s->keys;
    int r = less(s, k[lo + 1], k[lo]);
    if (r < 0) return 0;
    size_t i = lo + 2;
    if (r) {
        for (; i < hi; i++) {
            if ((r = less(s, k[i], k[i - 1])) < 0) return 0;
            if (!r) break;
        }
        reverse_range(k, lo, i);
        if (s->vals) reverse_range(s->vals, lo, i);
    } else {
        for (; i < hi; i++) {
            if ((r = less(s, k[i], k[i - 1])) < 0) return 0;
            if (r) break;
        }
    }
    return i - lo;
}

// Sorts [lo, hi) where [lo, start) is sorted. The few words that move do so one by one.
ALWAYS_INLINE int binary_insertion_by(Sorter *s, size_t lo, size_t hi, size_t start, LessFn less) {
    Value *k = s->keys, *v = s->vals;
    for (; start < hi; start++) {
        size_t l = lo, r = start;
        Value x = k[start];
        while (l < r) {
            size_t m = l + (r - l) / 2;
            int c = less(s, x, k[m]);
            if (c < 0) return -1;
            if (c) r = m; else l = m + 1;
        }
        SHORT_LOOP for (size_t i = start; i > l; i--) k[i] = k[i - 1];
        k[l] = x;
        if (v) {
            Value y = v[start];
            SHORT_LOOP for (size_t i = start; i > l; i--) v[i] = v[i - 1];
            v[l] = y;
        }
    }
    return 0;
}
// The next run, from lo on, of minrun items if there are as many: its length, 0 on error.
ALWAYS_INLINE size_t make_run_by(Sorter *s, size_t lo, size_t minrun, LessFn less) {
    size_t n = s->n, len = count_run_by(s, lo, n, less);
    if (len == 0 || len >= minrun) return len;
    size_t want = n - lo < minrun ? n - lo : minrun;
    return binary_insertion_by(s, lo, lo + want, lo + len, less) < 0 ? 0 : want;
}
static size_t make_run(Sorter *s, size_t lo, size_t minrun) {
    if (s->less == less_int) return make_run_by(s, lo, minrun, less_int);
    if (s->less == less_latin1) return make_run_by(s, lo, minrun, less_latin1);
    return make_run_by(s, lo, minrun, s->less);
}

// Number of items in a[0..n) that are < x (left) or <= x (right), searched from the front with doubling steps. -1 error.
static intptr_t gallop(Sorter *s, Value x, const Value *a, size_t n, bool right, bool from_end) {
    // before(i): a[i] belongs before x
#define BEFORE(i) (right ? ((c = s->less(s, x, a[i])) < 0 ? -1 : !c) : (c = s->less(s, a[i], x)))
    int c, b;
    size_t lo = 0, hi = n;
    if (n == 0) return 0;
    if (from_end) {
        size_t step = 1;
        while (step <= n) {
            if ((b = BEFORE(n - step)) < 0) return -1;
            if (b) { lo = n - step + 1; break; }
            hi = n - step;
            if (step > n / 2) break;
            step *= 2;
        }
    } else {
        size_t step = 1;
        while (step <= n) {
            if ((b = BEFORE(step - 1)) < 0) return -1;
            if (!b) { hi = step - 1; break; }
            lo = step;
            if (step > n / 2) break;
            step *= 2;
        }
    }
    while (lo < hi) {
        size_t m = lo + (hi - lo) / 2;
        if ((b = BEFORE(m)) < 0) return -1;
        if (b) lo = m + 1; else hi = m;
    }
#undef BEFORE
    return (intptr_t)lo;
}

static int need_tmp(Sorter *s, size_t n) {
    if (n <= s->tmp_cap) return 0;
    mem_free(s->tmp_keys);
    mem_free(s->tmp_vals);
    s->tmp_vals = NULL;
    s->tmp_keys = mem_alloc(s->th, n * sizeof(Value));
    if (s->tmp_keys && s->vals) s->tmp_vals = mem_alloc(s->th, n * sizeof(Value));
    s->tmp_cap = 0;
    if (!s->tmp_keys || (s->vals && !s->tmp_vals)) return -1;
    s->tmp_cap = n;
    return 0;
}

#define MOVE(dst, di, src, si, count) memmove((dst) + (di), (src) + (si), (count) * sizeof(Value))

// Left run is the shorter: it is copied aside and merged forwards.
static int merge_lo(Sorter *s, size_t a, size_t na, size_t nb) {
    size_t b = a + na, d = a, i = 0;
    if (need_tmp(s, na) < 0) return -1;
    Value *k = s->keys, *v = s->vals, *tk = s->tmp_keys, *tv = s->tmp_vals;
    memcpy(tk, k + a, na * sizeof(Value));
    if (v) memcpy(tv, v + a, na * sizeof(Value));
    size_t end = b + nb;
    int r = 0, wins_a = 0, wins_b = 0;
    while (i < na && b < end) {
        int c = s->less(s, k[b], tk[i]);
        if (c < 0) { r = -1; break; }
        if (c) {
            if (v) v[d] = v[b];
            k[d++] = k[b++];
            wins_b++; wins_a = 0;
        } else {
            if (v) v[d] = tv[i];
            k[d++] = tk[i++];
            wins_a++; wins_b = 0;
        }
        if (wins_a + wins_b < s->min_gallop) continue;
        // One side keeps winning: find how far it goes.
        intptr_t m = 0, m2 = 0;
        if (i < na && b < end) {
            m = gallop(s, k[b], tk + i, na - i, true, false);
            if (m < 0) { r = -1; break; }
            if (m) { MOVE(k, d, tk, i, (size_t)m); if (v) MOVE(v, d, tv, i, (size_t)m); d += (size_t)m; i += (size_t)m; }
        }
        if (i < na && b < end) {
            m2 = gallop(s, tk[i], k + b, end - b, false, false);
            if (m2 < 0) { r = -1; break; }
            if (m2) { MOVE(k, d, k, b, (size_t)m2); if (v) MOVE(v, d, v, b, (size_t)m2); d += (size_t)m2; b += (size_t)m2; }
        }
        if (m >= 7 || m2 >= 7) { if (s->min_gallop > 2) s->min_gallop--; }
        else { s->min_gallop += 2; wins_a = wins_b = 0; }
    }
    // What is left aside goes to the gap, also after an error.
    MOVE(k, d, tk, i, na - i);
    if (v) MOVE(v, d, tv, i, na - i);
    return r;
}

// Right run is the shorter: copied aside, merged backwards.
static int merge_hi(Sorter *s, size_t a, size_t na, size_t nb) {
    if (need_tmp(s, nb) < 0) return -1;
    Value *k = s->keys, *v = s->vals, *tk = s->tmp_keys, *tv = s->tmp_vals;
    memcpy(tk, k + a + na, nb * sizeof(Value));
    if (v) memcpy(tv, v + a + na, nb * sizeof(Value));
    size_t i = na, j = nb, d = a + na + nb; // i items left in a, j aside
    int r = 0, wins_a = 0, wins_b = 0;
    while (i > 0 && j > 0) {
        int c = s->less(s, tk[j - 1], k[a + i - 1]);
        if (c < 0) { r = -1; break; }
        d--;
        if (c) {
            i--;
            if (v) v[d] = v[a + i];
            k[d] = k[a + i];
            wins_a++; wins_b = 0;
        } else {
            j--;
            if (v) v[d] = tv[j];
            k[d] = tk[j];
            wins_b++; wins_a = 0;
        }
        if (wins_a + wins_b < s->min_gallop) continue;
        size_t m = 0, m2 = 0;
        if (i > 0 && j > 0) {
            intptr_t p = gallop(s, tk[j - 1], k + a, i, true, true);
            if (p < 0) { r = -1; break; }
            m = i - (size_t)p;
            if (m) { d -= m; i -= m; MOVE(k, d, k, a + i, m); if (v) MOVE(v, d, v, a + i, m); }
        }
        if (i > 0 && j > 0) {
            intptr_t p = gallop(s, k[a + i - 1], tk, j, false, true);
            if (p < 0) { r = -1; break; }
            m2 = j - (size_t)p;
            if (m2) { d -= m2; j -= m2; MOVE(k, d, tk, j, m2); if (v) MOVE(v, d, tv, j, m2); }
        }
        if (m >= 7 || m2 >= 7) { if (s->min_gallop > 2) s->min_gallop--; }
        else { s->min_gallop += 2; wins_a = wins_b = 0; }
    }
    MOVE(k, d - j, tk, 0, j);
    if (v) MOVE(v, d - j, tv, 0, j);
    return r;
}

// Merges runs[i] and runs[i + 1].
static int merge_at(Sorter *s, int i) {
    Run *x = &s->runs[i], *y = &s->runs[i + 1];
    size_t a = x->start, na = x->len, nb = y->len;
    x->len = na + nb;
    for (int j = i + 1; j + 1 < s->nruns; j++) s->runs[j] = s->runs[j + 1];
    s->nruns--;
    intptr_t skip = gallop(s, s->keys[a + na], s->keys + a, na, true, false);
    if (skip < 0) return -1;
    a += (size_t)skip;
    na -= (size_t)skip;
    if (na == 0) return 0;
    intptr_t keep = gallop(s, s->keys[a + na - 1], s->keys + a + na, nb, false, true);
    if (keep < 0) return -1;
    if (keep == 0) return 0;
    nb = (size_t)keep;
    return na <= nb ? merge_lo(s, a, na, nb) : merge_hi(s, a, na, nb);
}

// Depth of the border between two neighbouring runs in the balanced tree over n items.
static int run_power(size_t s1, size_t n1, size_t n2, size_t n) {
    size_t a = 2 * s1 + n1, b = a + n1 + n2;
    int p = 0;
    for (;;) {
        p++;
        if (a >= n) { a -= n; b -= n; }
        else if (b >= n) return p;
        a *= 2;
        b *= 2;
    }
}

static int sort_all(Sorter *s) {
    size_t n = s->n, lo = 0, minrun = n, odd = 0;
    while (minrun >= MIN_RUN_END) { odd |= minrun & 1; minrun >>= 1; }
    minrun += odd;
    while (lo < n) {
        size_t len = make_run(s, lo, minrun);
        if (len == 0) return -1;
        if (s->nruns) {
            Run *top = &s->runs[s->nruns - 1];
            int p = run_power(top->start, top->len, len, n);
            while (s->nruns > 1 && s->runs[s->nruns - 2].power > p) if (merge_at(s, s->nruns - 2) < 0) return -1;
            s->runs[s->nruns - 1].power = p;
        }
        s->runs[s->nruns++] = (Run){lo, len, 0};
        lo += len;
    }
    while (s->nruns > 1) if (merge_at(s, s->nruns - 2) < 0) return -1;
    return 0;
}

static void sorter_init(Sorter *s, Thread *th, size_t n) {
    memset(s, 0, offsetof(Sorter, runs));
    s->th = th;
    s->n = n;
    s->min_gallop = 7;
}
// Sorts a few items where they are, if comparing them runs no code: then nobody can see the list half sorted, because only its owner knows it, who holds
// its lock meanwhile (container_inl.h), and comes to no safepoint. False: it is not such a list, and untouched.
static bool sort_in_place(Thread *th, List *l, bool reverse) {
    list_lock(th, l);
    size_t n = l->len;
    bool done = n < 2;
    if (!done && n < MIN_RUN_END && (!th->mt || !object_seen(&l->head))) {
        Value *v = l->items->v;
        LessFn less = choose_less(v, n);
        if (less != less_any && less != less_tuple) {
            Sorter s;
            sorter_init(&s, th, n);
            s.keys = v;
            s.less = less;
            if (reverse) reverse_range(v, 0, n);
            make_run(&s, 0, n);
            if (reverse) reverse_range(v, 0, n);
            done = true;
        }
    }
    list_unlock(th, l);
    return done;
}

int list_sort(Thread *th, Value list, Value key, bool reverse) {
    List *l = AS(List, list);
    if (key == VALUE_NONE) key = NO_VALUE;
    if (!key && sort_in_place(th, l, reverse)) return 0;
    Value hold_v = list_new(th, 0);
    if (!hold_v) return -1;
    List *hold = AS(List, hold_v);
    ListItems *items;
    size_t n;
    list_take_all(th, l, &items, &n);
    if (items && object_seen(&l->head)) { // readers may still look at the block: sort a copy
        ListItems *copy = mem_alloc(th, sizeof(ListItems) + n * sizeof(Value));
        if (!copy) { // put it back unsorted
            list_lock(th, l);
            atomic_store_release(&l->items, items);
            atomic_store_release(&l->len, n);
            list_unlock(th, l);
            decref(th, hold_v);
            return -1;
        }
        copy->cap = n;
        memcpy(copy->v, items->v, n * sizeof(Value));
        container_free(th, &l->head, items);
        items = copy;
    }
    hold->items = items;
    hold->len = n;
    Sorter s;
    sorter_init(&s, th, n);
    int r = 0;
    Value *keys = NULL;
    size_t nkeys = 0;
    if (n) {
        Value *v = items->v;
        if (key) {
            Value kl = list_new(th, n);
            if (!kl) r = -1;
            else {
                keys = AS(List, kl)->items->v;
                for (; nkeys < n; nkeys++) {
                    Value k = call1(th, key, v[nkeys]);
                    if (!k) { r = -1; break; }
                    keys[nkeys] = k;
                    AS(List, kl)->len = nkeys + 1;
                }
                s.keys = keys;
                s.vals = v;
            }
            if (r == 0 && n > 1) {
                if (reverse) { reverse_range(keys, 0, n); reverse_range(v, 0, n); }
                s.less = choose_less(keys, n);
                r = sort_all(&s);
                if (reverse) reverse_range(v, 0, n);
            }
            decref(th, kl);
        } else if (n > 1) {
            s.keys = v;
            if (reverse) reverse_range(v, 0, n);
            s.less = choose_less(v, n);
            r = sort_all(&s);
            if (reverse) reverse_range(v, 0, n);
        }
        mem_free(s.tmp_keys);
        mem_free(s.tmp_vals);
    }
    // Back into the list; whatever was put there meanwhile goes away.
    hold->items = NULL;
    hold->len = 0;
    ListItems *other;
    list_lock(th, l);
    other = l->items;
    size_t other_n = l->len;
    atomic_store_release(&l->len, 0);
    atomic_store_release(&l->items, items);
    atomic_store_release(&l->len, n);
    list_unlock(th, l);
    if (other) {
        if (r == 0) { raise_value_error(th, "list modified during sort"); r = -1; }
        for (size_t i = 0; i < other_n; i++) container_release(th, &l->head, other->v[i]);
        container_free(th, &l->head, other);
    }
    decref(th, hold_v);
    return r;
}

Value list_meth_sort(Thread *th, Value self, Value *args) {
    int rev = args[1] ? object_truth(th, args[1]) : 0;
    if (rev < 0) return NO_VALUE;
    return list_sort(th, self, args[0] ? args[0] : VALUE_NONE, rev != 0) < 0 ? NO_VALUE : VALUE_NONE;
}
