// SPDX-License-Identifier: MIT
// Filter chains of _lzma: dicts to liblzma's options and back. No state, no locks.
#include "stdlib/compression/lzma_int.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "core/object/call.h"
#include "core/object/dict.h"
#include "core/object/int.h"

int lzma_u32(Thread *th, Value v, uint32_t *out) {
    uint64_t n;
    if (number_as_unsigned(th, v, UINT32_MAX, "uint32_t", &n) < 0) return -1;
    *out = (uint32_t)n;
    return 0;
}

// ---- one filter -----------------------------------------------------------------------------------------------------------------------

// A field of an options structure that a key sets: 32 bits wide each, enums included.
typedef struct Field { const char *name; size_t offset; } Field;
static const Field lzma_fields[] = {
    {"lc", offsetof(lzma_options_lzma, lc)}, {"lp", offsetof(lzma_options_lzma, lp)}, {"pb", offsetof(lzma_options_lzma, pb)},
    {"dict_size", offsetof(lzma_options_lzma, dict_size)}, {"mode", offsetof(lzma_options_lzma, mode)}, {"nice_len", offsetof(lzma_options_lzma, nice_len)},
    {"mf", offsetof(lzma_options_lzma, mf)}, {"depth", offsetof(lzma_options_lzma, depth)}, {NULL, 0},
};
static const Field delta_fields[] = {{"dist", offsetof(lzma_options_delta, dist)}, {NULL, 0}};
static const Field bcj_fields[] = {{"start_offset", offsetof(lzma_options_bcj, start_offset)}, {NULL, 0}};
_Static_assert(sizeof(lzma_mode) == 4 && sizeof(lzma_match_finder) == 4, "fields are 32 bits wide");

typedef struct Family { const char *name; const Field *fields; size_t size; bool preset; } Family;
static const Family lzma_family = {"LZMA", lzma_fields, sizeof(lzma_options_lzma), true}, delta_family = {"delta", delta_fields, sizeof(lzma_options_delta), false},
                    bcj_family = {"BCJ", bcj_fields, sizeof(lzma_options_bcj), false};
static const Family *family_of(lzma_vli id) {
    switch (id) {
    case LZMA_FILTER_LZMA1: case LZMA_FILTER_LZMA2: return &lzma_family;
    case LZMA_FILTER_DELTA: return &delta_family;
    case LZMA_FILTER_X86: case LZMA_FILTER_POWERPC: case LZMA_FILTER_IA64: case LZMA_FILTER_ARM: case LZMA_FILTER_ARMTHUMB: case LZMA_FILTER_SPARC: return &bcj_family;
    default: return NULL;
    }
}

// spec[key]: 1 found, 0 KeyError, -1.
static int spec_get(Thread *th, Value spec, const char *key, Value *out) {
    Value k = str_intern_cstr(th, key);
    if (k == NO_VALUE) return -1;
    *out = object_getitem(th, spec, k);
    if (*out != NO_VALUE) return 1;
    return error_clear_if(th, &exc_KeyError) ? 0 : -1;
}

static bool known_key(const Family *family, Value key) {
    if (str_equal_cstr(key, "id") || (family->preset && str_equal_cstr(key, "preset"))) return true;
    for (const Field *f = family->fields; f->name; f++)
        if (str_equal_cstr(key, f->name)) return true;
    return false;
}
static int check_key(Thread *th, Value key, void *arg) { return !value_is_str(key) || !known_key(arg, key); }
// 0; -1 or 1: a key means nothing to the filter.
static int check_keys(Thread *th, Value spec, const Family *family) {
    Value keys = mapping_keys(th, spec);
    if (keys == NO_VALUE) return -1;
    int r = iterate(th, keys, check_key, (void *)family);
    decref(th, keys);
    return r;
}

static int parse_preset(Thread *th, Value spec, lzma_options_lzma *options) {
    Value v;
    uint32_t preset = LZMA_PRESET_DEFAULT;
    int found = spec_get(th, spec, "preset", &v);
    if (found < 0) return -1;
    if (found) {
        int r = lzma_u32(th, v, &preset);
        decref(th, v);
        if (r < 0) return -1;
    }
    if (!lzma_lzma_preset(options, preset)) return 0;
    lzma_raise_text(th, "Invalid compression preset: %lu", preset);
    return -1;
}
// Fills options, which is zeroed.
static int parse_options(Thread *th, Value spec, const Family *family, void *options) {
    if (family->preset && parse_preset(th, spec, options) < 0) return -1;
    if (family == &delta_family) ((lzma_options_delta *)options)->dist = LZMA_DELTA_DIST_MIN;
    int r = check_keys(th, spec, family);
    for (const Field *f = family->fields; r == 0 && f->name; f++) {
        Value v;
        uint32_t n = 0;
        int found = spec_get(th, spec, f->name, &v);
        if (found > 0) {
            r = lzma_u32(th, v, &n);
            decref(th, v);
            if (r == 0) memcpy((char *)options + f->offset, &n, sizeof n);
        } else if (found < 0) {
            r = -1;
        }
    }
    if (r == 0) return 0;
    error_clear(th);
    raise_value_error(th, "Invalid filter specifier for %s filter", family->name);
    return -1;
}

static int filter_parse(Thread *th, Value spec, lzma_filter *out) {
    out->options = NULL;
    out->id = LZMA_VLI_UNKNOWN;
    if (!mapping_check(spec)) {
        raise_type_error(th, "Filter specifier must be a dict or dict-like object");
        return -1;
    }
    Value v;
    uint64_t id;
    int found = spec_get(th, spec, "id", &v);
    if (found == 0) raise_value_error(th, "Filter specifier must have an \"id\" entry");
    if (found <= 0) return -1;
    int r = number_as_unsigned(th, v, UINT64_MAX, "lzma_vli", &id);
    decref(th, v);
    if (r < 0) return -1;
    const Family *family = family_of(id);
    if (!family) {
        raise_value_error(th, "Invalid filter ID: %llu", (unsigned long long)id);
        return -1;
    }
    void *options = mem_calloc(th, 1, family->size);
    if (!options) return -1;
    if (parse_options(th, spec, family, options) < 0) {
        mem_free(options);
        return -1;
    }
    out->id = id;
    out->options = options;
    return 0;
}

// ---- chains ---------------------------------------------------------------------------------------------------------------------------

int filters_parse(Thread *th, Value specs, Filters *out) {
    for (size_t i = 0; i <= LZMA_FILTERS_MAX; i++) out->v[i] = (lzma_filter){LZMA_VLI_UNKNOWN, NULL};
    if (value_is_dict(specs)) {
        raise_type_error(th, "%T is not a sequence", specs);
        return -1;
    }
    intptr_t n = object_len(th, specs);
    if (n < 0) return -1;
    if (n > LZMA_FILTERS_MAX) {
        raise_value_error(th, "Too many filters - liblzma supports a maximum of %d", LZMA_FILTERS_MAX);
        return -1;
    }
    for (intptr_t i = 0; i < n; i++) {
        Value spec = sequence_get(th, specs, i);
        int r = spec == NO_VALUE ? -1 : filter_parse(th, spec, &out->v[i]);
        decref(th, spec);
        if (r < 0) return -1;
    }
    return 0;
}
void filters_free(Filters *f) {
    for (size_t i = 0; i < LZMA_FILTERS_MAX; i++) mem_free(f->v[i].options);
}

// ---- properties -----------------------------------------------------------------------------------------------------------------------

Value lzma_fn_encode_filter_properties(Thread *th, Value self, Value *args) {
    lzma_filter f;
    if (filter_parse(th, args[0], &f) < 0) return NO_VALUE;
    uint32_t size;
    Value r = NO_VALUE;
    lzma_ret err = lzma_properties_size(&size, &f);
    if (err == LZMA_OK) {
        r = bytes_new(th, NULL, size);
        if (r != NO_VALUE && (err = lzma_properties_encode(&f, AS(Bytes, r)->data)) != LZMA_OK) clear_ref(th, &r);
    }
    mem_free(f.options);
    return err == LZMA_OK ? r : lzma_raise(th, err);
}

Value lzma_fn_decode_filter_properties(Thread *th, Value self, Value *args) {
    uint64_t id;
    if (number_as_unsigned(th, args[0], UINT64_MAX, "lzma_vli", &id) < 0) return NO_VALUE;
    Buffer b;
    if (buffer_get(th, args[1], &b, BUF_SIMPLE) < 0) return NO_VALUE;
    lzma_filter f = {.id = id};
    lzma_ret err = lzma_properties_decode(&f, NULL, b.buf, b.len);
    buffer_release(th, &b);
    if (err != LZMA_OK) return lzma_raise(th, err);
    const Family *family = family_of(id);
    Value r = family ? dict_new(th) : raise_value_error(th, "Invalid filter ID: %llu", (unsigned long long)id);
    Value n = r ? int_from_u64(th, id) : NO_VALUE;
    int bad = n == NO_VALUE || dict_set_str(th, AS(Dict, r), "id", n) < 0;
    decref(th, n);
    // Properties do not say how to search: of LZMA1 what the decoder needs, of LZMA2 the dictionary's size.
    size_t from = id == LZMA_FILTER_LZMA2 ? 3 : 0, to = family == &lzma_family ? 4 : 1;
    for (size_t i = from; !bad && f.options && i < to; i++) {
        uint32_t v;
        memcpy(&v, (char *)f.options + family->fields[i].offset, sizeof v);
        bad = dict_set_str(th, AS(Dict, r), family->fields[i].name, value_imm_int(v)) < 0;
    }
    free(f.options); // made by the library
    if (bad) clear_ref(th, &r);
    return r;
}
