// SPDX-License-Identifier: MIT
// Misspelt names: edit distance within the bound that CPython uses for its suggestions.
#include "core/object/suggest.h"

#include "core/object/str.h"
#include "core/object/tuple.h"

// Levenshtein distance with the weights of CPython's suggestions: substitution 2, but 1 for a change of case; bounded.
static size_t name_distance(Value a, Value b, size_t bound) {
    Str *x = AS(Str, a), *y = AS(Str, b);
    if (x->len > 40 || y->len > 40) return bound + 1;
    size_t row[41];
    for (size_t j = 0; j <= y->len; j++) row[j] = 2 * j;
    for (size_t i = 0; i < x->len; i++) {
        size_t diag = row[0];
        row[0] = 2 * (i + 1);
        uint32_t ci = str_char_at(x, i);
        for (size_t j = 0; j < y->len; j++) {
            uint32_t cj = str_char_at(y, j);
            size_t sub = ci == cj ? 0 : (ci | 32) == (cj | 32) ? 1 : 2;
            size_t best = diag + sub;
            if (row[j] + 2 < best) best = row[j] + 2;
            if (row[j + 1] + 2 < best) best = row[j + 1] + 2;
            diag = row[j + 1];
            row[j + 1] = best;
        }
    }
    return row[y->len];
}

Value suggest_name(Value name, const Value *candidates, size_t n) {
    Value best = NO_VALUE;
    size_t best_d = SIZE_MAX;
    for (size_t i = 0; i < n; i++) {
        size_t bound = (AS(Str, candidates[i])->len + AS(Str, name)->len + 3) * 2 / 6;
        if (best_d != SIZE_MAX && bound > best_d - 1) bound = best_d - 1;
        size_t d = name_distance(name, candidates[i], bound);
        if (d <= bound && d < best_d) {
            best_d = d;
            best = candidates[i];
        }
    }
    return best;
}

Value raise_unknown_keyword(Thread *th, const char *what, Value key, const char *const *names, size_t nkw) {
    Value known[16];
    size_t n = 0;
    for (; names[n] && n < ARRAY_LEN(known); n++)
        if (!(known[n] = str_intern_cstr(th, names[n]))) return NO_VALUE;
    if (nkw > n) return raise_type_error(th, "%s takes at most %zu keyword argument%s (%zu given)", what, n, n == 1 ? "" : "s", nkw);
    Value best = suggest_name(key, known, n);
    if (best) return raise_type_error(th, "%s got an unexpected keyword argument '%U'. Did you mean '%U'?", what, key, best);
    return raise_type_error(th, "%s got an unexpected keyword argument '%U'", what, key);
}
