// SPDX-License-Identifier: MIT
// The module _suggestions: which of some names was probably meant, by a weighted edit distance. No state.
#include "core/object/list.h"
#include "core/object/module.h"
#include "core/object/str.h"

enum { MOVE_COST = 2, CASE_COST = 1, MAX_SIZE = 40, MAX_ITEMS = 750 };

static unsigned lower(unsigned c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; }
static size_t substitution(uint8_t a, uint8_t b) {
    // Letters that differ elsewhere than in the low five bits can't be one letter in two cases.
    if ((a & 31) != (b & 31)) return MOVE_COST;
    if (a == b) return 0;
    return lower(a) == lower(b) ? CASE_COST : MOVE_COST;
}

// Cost of turning a into b; anything above max is max + 1.
static size_t distance(const uint8_t *a, size_t na, const uint8_t *b, size_t nb, size_t max) {
    while (na && nb && a[0] == b[0]) a++, b++, na--, nb--;
    while (na && nb && a[na - 1] == b[nb - 1]) na--, nb--;
    if (!na || !nb) return (na + nb) * MOVE_COST;
    if (na > MAX_SIZE || nb > MAX_SIZE) return max + 1;
    if (nb < na) {
        const uint8_t *p = a;
        a = b, b = p;
        size_t n = na;
        na = nb, nb = n;
    }
    if ((nb - na) * MOVE_COST > max) return max + 1;
    size_t row[MAX_SIZE];
    for (size_t i = 0; i < na; i++) row[i] = (i + 1) * MOVE_COST;
    size_t result = 0;
    for (size_t j = 0; j < nb; j++) {
        size_t diagonal = j * MOVE_COST, least = SIZE_MAX;
        result = diagonal;
        for (size_t i = 0; i < na; i++) {
            size_t sub = diagonal + substitution(b[j], a[i]);
            diagonal = row[i];
            size_t move = (result < diagonal ? result : diagonal) + MOVE_COST;
            result = sub < move ? sub : move;
            row[i] = result;
            if (result < least) least = result;
        }
        if (least > max) return max + 1;
    }
    return result;
}

static Value suggestions_fn_generate(Thread *th, Value self, Value *args) {
    if (!value_is_exact_list(args[0])) return raise_type_error(th, "candidates must be a list");
    Value hold = NO_VALUE;
    if (!value_is_str(args[1])) return raise_type_error(th, "_generate_suggestions() argument 2 must be str, not %T", args[1]);
    List *l = AS(List, args[0]);
    size_t n = list_len(l);
    for (size_t i = 0; i < n; i++) {
        Value v = list_get(th, l, (intptr_t)i);
        if (!v) return NO_VALUE;
        bool ok = value_is_str(v);
        if (!ok) raise_type_error(th, "all elements in 'candidates' must be strings");
        decref(th, v);
        if (!ok) return NO_VALUE;
    }
    if (n >= MAX_ITEMS) return VALUE_NONE;
    size_t len;
    const char *name = str_utf8(th, args[1], &len, &hold);
    if (!name) return NO_VALUE;
    Value best = VALUE_NONE;
    size_t best_distance = SIZE_MAX;
    for (size_t i = 0; i < n; i++) {
        Value v = list_get(th, l, (intptr_t)i), h = NO_VALUE;
        if (!v) break;
        size_t m;
        const char *p = str_utf8(th, v, &m, &h);
        if (p && !(m == len && memcmp(p, name, m) == 0)) {
            // A third of all the letters may have to be moved.
            size_t max = (len + m + 3) * MOVE_COST / 6;
            if (best_distance - 1 < max) max = best_distance - 1;
            size_t d = distance((const uint8_t *)name, len, (const uint8_t *)p, m, max);
            if (d <= max && d < best_distance) {
                best_distance = d;
                set_ref(th, &best, new_ref(th, v));
            }
        }
        if (!p) error_clear(th);
        decref(th, h);
        decref(th, v);
    }
    decref(th, hold);
    return best;
}

static const MethodDef suggestions_fns[] = {
    {"_generate_suggestions", "(candidates, item, /)", suggestions_fn_generate, "The candidate that is closest to item, or None."},
    {0}
};
const ModuleDef module__suggestions = { "_suggestions", "Suggestions for misspelt names.", suggestions_fns, NULL };
