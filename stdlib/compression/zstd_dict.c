// SPDX-License-Identifier: MIT
// ZstdDict: a dictionary, and its digested forms, which are made once and shared by all streams (libzstd lets many threads read them at once).
#include "stdlib/compression/zstd_int.h"

#include <string.h>

#include "core/object/int.h"
#include "core/object/tuple.h"

static ZSTD_CDict *digest_for_level(Thread *th, ZstdDict *d, int level) {
    work_lock(th, &d->lock);
    Digest *g = d->digests;
    while (g && g->level != level) g = g->next;
    if (!g && (g = mem_alloc(th, sizeof *g))) {
        const Bytes *b = AS(Bytes, d->content);
        ZSTD_CDict *made;
        BLOCKING_BEGIN(th);
        made = ZSTD_createCDict(b->data, b->len, level);
        BLOCKING_END;
        *g = (Digest){d->digests, level, made};
        if (made) d->digests = g;
        else {
            mem_free(g);
            g = NULL;
            zstd_raise_text(th, "Failed to create a ZSTD_CDict instance from Zstandard dictionary content.");
        }
    }
    work_unlock(th, &d->lock);
    return g ? g->dict : NULL;
}
static ZSTD_DDict *digest_for_reading(Thread *th, ZstdDict *d) {
    work_lock(th, &d->lock);
    if (!d->digested) {
        const Bytes *b = AS(Bytes, d->content);
        ZSTD_DDict *made;
        BLOCKING_BEGIN(th);
        made = ZSTD_createDDict(b->data, b->len);
        BLOCKING_END;
        d->digested = made;
        if (!made) zstd_raise_text(th, "Failed to create a ZSTD_DDict instance from Zstandard dictionary content.");
    }
    ZSTD_DDict *r = d->digested;
    work_unlock(th, &d->lock);
    return r;
}

ZstdDict *zstd_dict_arg(Thread *th, Value v, DictUse dflt, DictUse *use) {
    *use = dflt;
    if (value_is_exact(v, &zstd_dict_type)) return AS(ZstdDict, v);
    if (value_is_exact_tuple(v) && AS(Tuple, v)->len == 2) {
        const Value *pair = AS(Tuple, v)->items;
        int n;
        if (value_is_exact(pair[0], &zstd_dict_type) && value_is_int(pair[1])) {
            if (zstd_c_int(th, pair[1], &n) < 0) return NULL;
            if (n >= DICT_DIGESTED && n <= DICT_PREFIX) {
                *use = (DictUse)n;
                return AS(ZstdDict, pair[0]);
            }
        }
    }
    raise_type_error(th, "zstd_dict argument should be a ZstdDict object.");
    return NULL;
}

int zstd_dict_load_c(Thread *th, ZstdDict *d, DictUse use, ZSTD_CCtx *ctx, int level) {
    const Bytes *b = AS(Bytes, d->content);
    size_t r;
    if (use == DICT_DIGESTED) {
        ZSTD_CDict *dict = digest_for_level(th, d, level);
        if (!dict) return -1;
        r = ZSTD_CCtx_refCDict(ctx, dict);
    } else {
        r = use == DICT_PREFIX ? ZSTD_CCtx_refPrefix(ctx, b->data, b->len) : ZSTD_CCtx_loadDictionary(ctx, b->data, b->len);
    }
    if (!ZSTD_isError(r)) return 0;
    zstd_raise(th, "load Zstandard dictionary or prefix for compression", r);
    return -1;
}
int zstd_dict_load_d(Thread *th, ZstdDict *d, DictUse use, ZSTD_DCtx *ctx) {
    const Bytes *b = AS(Bytes, d->content);
    size_t r;
    if (use == DICT_DIGESTED) {
        ZSTD_DDict *dict = digest_for_reading(th, d);
        if (!dict) return -1;
        r = ZSTD_DCtx_refDDict(ctx, dict);
    } else {
        r = use == DICT_PREFIX ? ZSTD_DCtx_refPrefix(ctx, b->data, b->len) : ZSTD_DCtx_loadDictionary(ctx, b->data, b->len);
    }
    if (!ZSTD_isError(r)) return 0;
    zstd_raise(th, "load Zstandard dictionary or prefix for decompression", r);
    return -1;
}

// ---- the type -------------------------------------------------------------------------------------------------------------------------

static Value dict_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value a[2];
    if (native_args_bind(th, &sig, "ZstdDict", "(dict_content, /, *, is_raw=False)", args, nargs, kwnames, a) < 0) return NO_VALUE;
    int raw = a[1] ? object_truth(th, a[1]) : 0;
    Buffer b;
    if (raw < 0 || buffer_get(th, a[0], &b, BUF_SIMPLE) < 0) return NO_VALUE;
    // Copied, because a mutable buffer would change under the digests.
    Value content = b.len < 8 ? raise_value_error(th, "Zstandard dictionary content too short (must have at least eight bytes)") : bytes_new(th, b.buf, b.len);
    buffer_release(th, &b);
    if (content == NO_VALUE) return NO_VALUE;
    uint32_t id = ZSTD_getDictID_fromDict(AS(Bytes, content)->data, AS(Bytes, content)->len);
    ZstdDict *d = !raw && id == 0 ? (raise_value_error(th, "invalid Zstandard dictionary"), NULL) : NEW(ZstdDict, th, type);
    if (!d) {
        decref(th, content);
        return NO_VALUE;
    }
    d->content = content;
    d->id = id;
    return VALUE_OF(d);
}
static void dict_dealloc(Thread *th, Object *o) {
    ZstdDict *d = (ZstdDict *)o;
    for (Digest *g = d->digests, *next; g; g = next) {
        next = g->next;
        ZSTD_freeCDict(g->dict);
        mem_free(g);
    }
    if (d->digested) ZSTD_freeDDict(d->digested);
    decref(th, d->content);
    object_free(th, o);
}
static intptr_t dict_slot_len(Thread *th, Value self) { return (intptr_t)AS(Bytes, AS(ZstdDict, self)->content)->len; }
static Value dict_slot_repr(Thread *th, Value self) {
    return str_format(th, "<ZstdDict dict_id=%u dict_size=%zu>", AS(ZstdDict, self)->id, AS(Bytes, AS(ZstdDict, self)->content)->len);
}
static Value dict_get_content(Thread *th, Value self) { return new_ref(th, AS(ZstdDict, self)->content); }
static Value dict_get_id(Thread *th, Value self) { return value_imm_int(AS(ZstdDict, self)->id); }
static Value dict_get_digested(Thread *th, Value self) { return tuple_pack2(th, self, value_imm_int(DICT_DIGESTED)); }
static Value dict_get_undigested(Thread *th, Value self) { return tuple_pack2(th, self, value_imm_int(DICT_UNDIGESTED)); }
static Value dict_get_prefix(Thread *th, Value self) { return tuple_pack2(th, self, value_imm_int(DICT_PREFIX)); }

static const GetSetDef dict_getsets[] = {
    {"dict_content", dict_get_content, NULL, "The content of a Zstandard dictionary, as a bytes object."},
    {"dict_id", dict_get_id, NULL, "The Zstandard dictionary, an int between 0 and 2**32; 0 for raw content."},
    {"as_digested_dict", dict_get_digested, NULL, "Load as a digested dictionary to compressor."},
    {"as_undigested_dict", dict_get_undigested, NULL, "Load as an undigested dictionary to compressor."},
    {"as_prefix", dict_get_prefix, NULL, "Load as a prefix to compressor/decompressor."},
    {0},
};
static Shape dict_shape;
Type zstd_dict_type = {
    .head = OBJECT_STATIC(&shape_type), .name = "compression.zstd.ZstdDict", .base = &type_object, .flags = TYPE_IMMUTABLE, .basic_size = sizeof(ZstdDict),
    .shape = &dict_shape, .getsets = dict_getsets, .text_signature = "(dict_content, /, *, is_raw=False)", .doc = "Represents a Zstandard dictionary.",
    .slots = {.new_ = dict_slot_new, .dealloc = dict_dealloc, .len = dict_slot_len, .repr = dict_slot_repr},
};
static Shape dict_shape = {.type = &zstd_dict_type, .flags = TYPE_IMMUTABLE};
