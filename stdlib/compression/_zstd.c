// SPDX-License-Identifier: MIT
// The module _zstd over libzstd (see codec.h): compressor, decompressor, parameters.
#include "stdlib/compression/zstd_int.h"

#include <limits.h>

#include "core/object/dict.h"
#include "core/object/int.h"
#include "core/object/tuple.h"
#include "gc/gc.h"

typedef struct ZstdCompressor {
    Object     head;
    ObjLock    lock;       // [a] held while the library works
    int        last_mode;  // [l] ZSTD_e_*
    size_t     code;       // [l] the library's last result
    Value      dict;       // [c] ZstdDict or NO_VALUE: what ctx refers to
    ZSTD_CCtx *ctx;        // [l]
} ZstdCompressor;
typedef struct ZstdDecompressor { Decompressor d; size_t code; Value dict; ZSTD_DCtx *ctx; } ZstdDecompressor; // code, ctx [l]; dict [c]

static Value error_type;                         // [c] ZstdError, after the first import
static Value c_parameter_type, d_parameter_type; // [l parameters_lock] NO_VALUE or the types of set_parameter_types()
static ObjLock parameters_lock;

Value zstd_raise_text(Thread *th, const char *text) { return raise_error(th, AS(Type, error_type), "%s", text); }
Value zstd_raise(Thread *th, const char *what, size_t code) { return raise_error(th, AS(Type, error_type), "Unable to %s: %s", what, ZSTD_getErrorName(code)); }

int zstd_c_int(Thread *th, Value v, int *out) {
    Value i = number_index(th, v);
    int64_t n;
    if (i == NO_VALUE) return -1;
    int over = int_as_i64_overflow(i, &n);
    decref(th, i);
    if (!over && n >= INT_MIN && n <= INT_MAX) return *out = (int)n, 0;
    raise_error(th, &exc_OverflowError, "Python int too large to convert to C int");
    return -1;
}

// ---- parameters -----------------------------------------------------------------------------------------------------------------------

typedef struct ParameterName { int key; const char *name; } ParameterName;
static const ParameterName c_names[] = {
    {ZSTD_c_compressionLevel, "compression_level"}, {ZSTD_c_windowLog, "window_log"}, {ZSTD_c_hashLog, "hash_log"}, {ZSTD_c_chainLog, "chain_log"},
    {ZSTD_c_searchLog, "search_log"}, {ZSTD_c_minMatch, "min_match"}, {ZSTD_c_targetLength, "target_length"}, {ZSTD_c_strategy, "strategy"},
    {ZSTD_c_enableLongDistanceMatching, "enable_long_distance_matching"}, {ZSTD_c_ldmHashLog, "ldm_hash_log"}, {ZSTD_c_ldmMinMatch, "ldm_min_match"},
    {ZSTD_c_ldmBucketSizeLog, "ldm_bucket_size_log"}, {ZSTD_c_ldmHashRateLog, "ldm_hash_rate_log"}, {ZSTD_c_contentSizeFlag, "content_size_flag"},
    {ZSTD_c_checksumFlag, "checksum_flag"}, {ZSTD_c_dictIDFlag, "dict_id_flag"}, {ZSTD_c_nbWorkers, "nb_workers"}, {ZSTD_c_jobSize, "job_size"},
    {ZSTD_c_overlapLog, "overlap_log"}, {0, NULL},
};
static const ParameterName d_names[] = {{ZSTD_d_windowLogMax, "window_log_max"}, {0, NULL}};

// The ValueError of a parameter that the library refused.
static int parameter_error(Thread *th, bool compress, int key, int value) {
    const ParameterName *p = compress ? c_names : d_names;
    while (p->name && p->key != key) p++;
    const char *kind = compress ? "compression" : "decompression";
    ZSTD_bounds b = compress ? ZSTD_cParam_getBounds((ZSTD_cParameter)key) : ZSTD_dParam_getBounds((ZSTD_dParameter)key);
    if (ZSTD_isError(b.error)) {
        if (p->name) raise_value_error(th, "invalid %s parameter '%s'", kind, p->name);
        else raise_value_error(th, "invalid %s parameter 'unknown parameter (key %d)'", kind, key);
    } else if (p->name) {
        raise_value_error(th, "%s parameter '%s' received an illegal value %d; the valid range is [%d, %d]", kind, p->name, value, b.lowerBound, b.upperBound);
    } else {
        raise_value_error(th, "%s parameter 'unknown parameter (key %d)' received an illegal value %d; the valid range is [%d, %d]", kind, key, value, b.lowerBound,
                          b.upperBound);
    }
    return -1;
}
// number NULL: the level fits no int.
static int level_error(Thread *th, const int *number) {
    int min = ZSTD_minCLevel(), max = ZSTD_maxCLevel();
    if (number) raise_value_error(th, "illegal compression level %d; the valid range is [%d, %d]", *number, min, max);
    else raise_value_error(th, "illegal compression level; the valid range is [%d, %d]", min, max);
    return -1;
}
static int set_level(Thread *th, ZstdCompressor *c, int level, int *out) {
    if (level < ZSTD_minCLevel() || level > ZSTD_maxCLevel()) return level_error(th, &level);
    size_t r = ZSTD_CCtx_setParameter(c->ctx, ZSTD_c_compressionLevel, level);
    *out = level;
    if (!ZSTD_isError(r)) return 0;
    zstd_raise(th, "set zstd compression level", r);
    return -1;
}

// Is v of the type that the other direction's parameters have? The TypeError then.
static int check_parameter_type(Thread *th, Value key, bool compress) {
    Value wrong = locked_get(th, &parameters_lock, compress ? &d_parameter_type : &c_parameter_type);
    bool bad = wrong != NO_VALUE && VALUE_OF(type_of(key)) == wrong;
    decref(th, wrong);
    if (!bad) return 0;
    raise_type_error(th, compress ? "compression options dictionary key must not be a DecompressionParameter attribute"
                                  : "decompression options dictionary key must not be a CompressionParameter attribute");
    return -1;
}
// Takes key and value.
static int set_option(Thread *th, ZstdCompressor *c, ZstdDecompressor *d, Value key, Value value, int *level) {
    int k, v, r = check_parameter_type(th, key, c != NULL);
    if (r == 0 && (r = zstd_c_int(th, key, &k)) == 0 && (r = zstd_c_int(th, value, &v)) == 0) {
        if (c && k == ZSTD_c_compressionLevel) r = set_level(th, c, v, level);
        else if (c) r = ZSTD_isError(ZSTD_CCtx_setParameter(c->ctx, (ZSTD_cParameter)k, v)) ? parameter_error(th, true, k, v) : 0;
        else r = ZSTD_isError(ZSTD_DCtx_setParameter(d->ctx, (ZSTD_dParameter)k, v)) ? parameter_error(th, false, k, v) : 0;
    }
    decref(th, key);
    decref(th, value);
    return r;
}
static int set_options(Thread *th, ZstdCompressor *c, ZstdDecompressor *d, Value options, int *level) {
    if (!value_is_dict(options)) {
        raise_type_error(th, "%s() argument 'options' must be dict, not %T", c ? "ZstdCompressor" : "ZstdDecompressor", options);
        return -1;
    }
    size_t pos = 0;
    Value key, value;
    while (dict_next(th, AS(Dict, options), &pos, &key, &value))
        if (set_option(th, c, d, key, value, level) < 0) return -1;
    return 0;
}

static Value zstd_fn_get_param_bounds(Thread *th, Value self, Value *args) {
    int parameter, compress;
    if (zstd_c_int(th, args[0], &parameter) < 0 || (compress = object_truth(th, args[1])) < 0) return NO_VALUE;
    ZSTD_bounds b = compress ? ZSTD_cParam_getBounds((ZSTD_cParameter)parameter) : ZSTD_dParam_getBounds((ZSTD_dParameter)parameter);
    if (ZSTD_isError(b.error)) return zstd_raise(th, compress ? "get zstd compression parameter bounds" : "get zstd decompression parameter bounds", b.error);
    return tuple_pack2(th, value_imm_int(b.lowerBound), value_imm_int(b.upperBound));
}
static Value zstd_fn_set_parameter_types(Thread *th, Value self, Value *args) {
    for (int i = 0; i < 2; i++)
        if (!value_is_type(args[i])) return raise_type_error(th, "set_parameter_types() argument '%s' must be type, not %T", i ? "d_parameter_type" : "c_parameter_type", args[i]);
    obj_lock(th, &parameters_lock);
    Value old[2] = {c_parameter_type, d_parameter_type};
    c_parameter_type = new_ref(th, args[0]);
    d_parameter_type = new_ref(th, args[1]);
    obj_unlock(th, &parameters_lock);
    decref(th, old[0]);
    decref(th, old[1]);
    return VALUE_NONE;
}

// ---- the compressor -------------------------------------------------------------------------------------------------------------------

static int compress_step(void *self, int mode, const uint8_t **in, size_t *n, uint8_t **out, size_t *room) {
    ZstdCompressor *c = self;
    ZSTD_inBuffer from = {*in, *n, 0};
    ZSTD_outBuffer to = {*out, *room, 0};
    c->code = ZSTD_compressStream2(c->ctx, &to, &from, (ZSTD_EndDirective)mode);
    *in += from.pos;
    *n -= from.pos;
    *out += to.pos;
    *room -= to.pos;
    return 0;
}
static int compress_check(Thread *th, void *self, int mode, int result) {
    size_t code = ((ZstdCompressor *)self)->code;
    if (ZSTD_isError(code)) {
        zstd_raise(th, "compress Zstandard data", code);
        return RUN_ERROR;
    }
    if (mode == ZSTD_e_continue) return RUN_MORE;
    return code == 0 ? RUN_END : RUN_AGAIN; // that much is not flushed yet, perhaps because workers are at it
}
static const Codec compress_codec = {compress_step, compress_check};

static Value compressor_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value a[3];
    if (native_args_bind(th, &sig, "ZstdCompressor", "(level=None, options=None, zstd_dict=None)", args, nargs, kwnames, a) < 0) return NO_VALUE;
    bool has_level = a[0] && a[0] != VALUE_NONE, has_options = a[1] && a[1] != VALUE_NONE, has_dict = a[2] && a[2] != VALUE_NONE;
    if (has_level && has_options) return raise_type_error(th, "Only one of level or options should be used.");
    ZstdCompressor *c = NEW(ZstdCompressor, th, type);
    if (!c) return NO_VALUE;
    c->last_mode = ZSTD_e_end;
    c->dict = NO_VALUE;
    c->ctx = ZSTD_createCCtx();
    int level = 0;
    if (!c->ctx) {
        raise_memory_error(th);
        goto failed;
    }
    if (has_level) {
        int64_t n;
        if (!value_is_int(a[0])) {
            raise_type_error(th, "invalid type for level, expected int");
            goto failed;
        }
        if (int_as_i64_overflow(a[0], &n) || n < INT_MIN || n > INT_MAX) {
            level_error(th, NULL);
            goto failed;
        }
        if (set_level(th, c, (int)n, &level) < 0) goto failed;
    }
    if (has_options && set_options(th, c, NULL, a[1], &level) < 0) goto failed;
    if (has_dict) {
        DictUse use;
        ZstdDict *d = zstd_dict_arg(th, a[2], DICT_UNDIGESTED, &use);
        if (!d) goto failed;
        c->dict = new_ref(th, VALUE_OF(d));
        if (zstd_dict_load_c(th, d, use, c->ctx, level) < 0) goto failed;
    }
    return VALUE_OF(c);
failed:
    decref(th, VALUE_OF(c));
    return NO_VALUE;
}
static void compressor_dealloc(Thread *th, Object *o) {
    ZstdCompressor *c = (ZstdCompressor *)o;
    ZSTD_freeCCtx(c->ctx);
    decref(th, c->dict);
    object_free(th, o);
}
static Value compress(Thread *th, ZstdCompressor *c, const uint8_t *p, size_t n, int mode) {
    work_lock(th, &c->lock);
    Value r = codec_run_all(th, &compress_codec, c, mode, p, n, mode == ZSTD_e_end && n < (1u << 20) ? ZSTD_compressBound(n) : CODEC_BUFFER);
    c->last_mode = r == NO_VALUE ? ZSTD_e_end : mode;
    if (r == NO_VALUE) ZSTD_CCtx_reset(c->ctx, ZSTD_reset_session_only);
    work_unlock(th, &c->lock);
    return r;
}
static Value compressor_meth_compress(Thread *th, Value self, Value *args) {
    int mode = ZSTD_e_continue;
    if (args[1] && zstd_c_int(th, args[1], &mode) < 0) return NO_VALUE;
    if (mode < ZSTD_e_continue || mode > ZSTD_e_end)
        return raise_value_error(th, "mode argument wrong value, it should be one of ZstdCompressor.CONTINUE, ZstdCompressor.FLUSH_BLOCK, ZstdCompressor.FLUSH_FRAME.");
    Buffer b;
    if (buffer_get(th, args[0], &b, BUF_SIMPLE) < 0) return NO_VALUE;
    Value r = compress(th, AS(ZstdCompressor, self), b.buf, b.len, mode);
    buffer_release(th, &b);
    return r;
}
static Value compressor_meth_flush(Thread *th, Value self, Value *args) {
    int mode = ZSTD_e_end;
    if (args[0] && zstd_c_int(th, args[0], &mode) < 0) return NO_VALUE;
    if (mode != ZSTD_e_end && mode != ZSTD_e_flush)
        return raise_value_error(th, "mode argument wrong value, it should be ZstdCompressor.FLUSH_FRAME or ZstdCompressor.FLUSH_BLOCK.");
    return compress(th, AS(ZstdCompressor, self), NULL, 0, mode);
}
static Value compressor_meth_set_pledged_input_size(Thread *th, Value self, Value *args) {
    ZstdCompressor *c = AS(ZstdCompressor, self);
    uint64_t size = ZSTD_CONTENTSIZE_UNKNOWN;
    if (args[0] != VALUE_NONE) {
        if (!value_is_int(args[0])) return raise_type_error(th, "an integer is required");
        if (int_sign(args[0]) < 0 || int_bit_length(args[0]) > 64 || (size = int_as_u64_mask(args[0])) >= ZSTD_CONTENTSIZE_ERROR)
            return raise_value_error(th, "size argument should be a positive int less than %llu", (unsigned long long)ZSTD_CONTENTSIZE_ERROR);
    }
    work_lock(th, &c->lock);
    bool between = c->last_mode == ZSTD_e_end;
    size_t r = between ? ZSTD_CCtx_setPledgedSrcSize(c->ctx, size) : 0;
    work_unlock(th, &c->lock);
    if (!between) return raise_value_error(th, "set_pledged_input_size() method must be called when last_mode == FLUSH_FRAME");
    return ZSTD_isError(r) ? zstd_raise(th, "set pledged uncompressed content size", r) : VALUE_NONE;
}
static Value compressor_get_last_mode(Thread *th, Value self) {
    ZstdCompressor *c = AS(ZstdCompressor, self);
    work_lock(th, &c->lock);
    int mode = c->last_mode;
    work_unlock(th, &c->lock);
    return value_imm_int(mode);
}
static const MethodDef compressor_methods[] = {
    {"compress", "(self, /, data, mode=0)", compressor_meth_compress, COMPRESS_DOC, 0},
    {"flush", "(self, /, mode=2)", compressor_meth_flush, COMPRESS_FLUSH_DOC, 0},
    {"set_pledged_input_size", "(self, size, /)", compressor_meth_set_pledged_input_size, "Set the uncompressed content size to be written into the frame header.", 0},
    {0},
};
static const GetSetDef compressor_getsets[] = {{"last_mode", compressor_get_last_mode, NULL, "The last mode used to this compressor object."}, {0}};
MODULE_TYPE_DEFINE(ZstdCompressor, "compression.zstd.ZstdCompressor", sizeof(ZstdCompressor), 0, .methods = compressor_methods, .getsets = compressor_getsets,
                   .text_signature = "(level=None, options=None, zstd_dict=None)", .doc = "Create a compressor object for compressing data incrementally.",
                   .slots = {.new_ = compressor_slot_new, .dealloc = compressor_dealloc})

// ---- the decompressor -----------------------------------------------------------------------------------------------------------------

static int decompress_step(void *self, int mode, const uint8_t **in, size_t *n, uint8_t **out, size_t *room) {
    ZstdDecompressor *d = self;
    ZSTD_inBuffer from = {*in, *n, 0};
    ZSTD_outBuffer to = {*out, *room, 0};
    d->code = ZSTD_decompressStream(d->ctx, &to, &from);
    *in += from.pos;
    *n -= from.pos;
    *out += to.pos;
    *room -= to.pos;
    return 0;
}
static int decompress_check(Thread *th, void *self, int mode, int result) {
    ZstdDecompressor *d = self;
    if (!ZSTD_isError(d->code)) return d->code == 0 ? RUN_END : RUN_MORE;
    zstd_raise(th, "decompress Zstandard data", d->code);
    ZSTD_DCtx_reset(d->ctx, ZSTD_reset_session_only);
    return RUN_ERROR;
}
static const Codec decompress_codec = {decompress_step, decompress_check};

static Value decompressor_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value a[2];
    if (native_args_bind(th, &sig, "ZstdDecompressor", "(zstd_dict=None, options=None)", args, nargs, kwnames, a) < 0) return NO_VALUE;
    ZstdDecompressor *d = NEW(ZstdDecompressor, th, type);
    if (!d) return NO_VALUE;
    decompressor_init(&d->d);
    d->dict = NO_VALUE;
    d->ctx = ZSTD_createDCtx();
    if (!d->ctx) {
        raise_memory_error(th);
        goto failed;
    }
    if (a[0] && a[0] != VALUE_NONE) {
        DictUse use;
        ZstdDict *dict = zstd_dict_arg(th, a[0], DICT_DIGESTED, &use);
        if (!dict) goto failed;
        d->dict = new_ref(th, VALUE_OF(dict));
        if (zstd_dict_load_d(th, dict, use, d->ctx) < 0) goto failed;
    }
    if (a[1] && a[1] != VALUE_NONE && set_options(th, NULL, d, a[1], NULL) < 0) goto failed;
    return VALUE_OF(d);
failed:
    decref(th, VALUE_OF(d));
    return NO_VALUE;
}
static void decompressor_dealloc(Thread *th, Object *o) {
    ZstdDecompressor *d = (ZstdDecompressor *)o;
    ZSTD_freeDCtx(d->ctx);
    decref(th, d->dict);
    decompressor_release(th, &d->d);
    object_free(th, o);
}
static Value decompressor_meth_decompress(Thread *th, Value self, Value *args) {
    return decompressor_decompress(th, AS(Decompressor, self), &decompress_codec, args, "Already at the end of a Zstandard frame.");
}
static const MethodDef decompressor_methods[] = {
    {"decompress", "(self, /, data, max_length=-1)", decompressor_meth_decompress, DECOMPRESS_DOC, 0},
    {0},
};
static const GetSetDef decompressor_getsets[] = {DECOMPRESSOR_GETSETS, {0}};
MODULE_TYPE_DEFINE(ZstdDecompressor, "compression.zstd.ZstdDecompressor", sizeof(ZstdDecompressor), 0, .methods = decompressor_methods,
                   .getsets = decompressor_getsets, .text_signature = "(zstd_dict=None, options=None)",
                   .doc = "Create a decompressor object for decompressing data incrementally.",
                   .slots = {.new_ = decompressor_slot_new, .dealloc = decompressor_dealloc})

// ---- the module -----------------------------------------------------------------------------------------------------------------------

static const MethodDef functions[] = {
    {"train_dict", "(samples_bytes, samples_sizes, dict_size, /)", zstd_fn_train_dict, "Train a Zstandard dictionary on sample data.", 0},
    {"finalize_dict", "(custom_dict_bytes, samples_bytes, samples_sizes, dict_size, compression_level, /)", zstd_fn_finalize_dict, "Finalize a Zstandard dictionary.", 0},
    {"get_param_bounds", "(parameter, is_compress)", zstd_fn_get_param_bounds, "Get CompressionParameter/DecompressionParameter bounds.", 0},
    {"get_frame_size", "(frame_buffer)", zstd_fn_get_frame_size, "Get the size of a Zstandard frame, including the header and optional checksum.", 0},
    {"get_frame_info", "(frame_buffer)", zstd_fn_get_frame_info, "Get Zstandard frame infomation from a frame header.", 0},
    {"set_parameter_types", "(c_parameter_type, d_parameter_type)", zstd_fn_set_parameter_types, "Set CompressionParameter and DecompressionParameter types for validity check.", 0},
    {0},
};
static int zstd_exec(Thread *th, Value module) {
#define C(name) {#name, name}
    static const struct { const char *name; int value; } c[] = {
        C(ZSTD_c_compressionLevel), C(ZSTD_c_windowLog), C(ZSTD_c_hashLog), C(ZSTD_c_chainLog), C(ZSTD_c_searchLog), C(ZSTD_c_minMatch), C(ZSTD_c_targetLength),
        C(ZSTD_c_strategy), C(ZSTD_c_enableLongDistanceMatching), C(ZSTD_c_ldmHashLog), C(ZSTD_c_ldmMinMatch), C(ZSTD_c_ldmBucketSizeLog),
        C(ZSTD_c_ldmHashRateLog), C(ZSTD_c_contentSizeFlag), C(ZSTD_c_checksumFlag), C(ZSTD_c_dictIDFlag), C(ZSTD_c_nbWorkers), C(ZSTD_c_jobSize),
        C(ZSTD_c_overlapLog), C(ZSTD_d_windowLogMax), C(ZSTD_fast), C(ZSTD_dfast), C(ZSTD_greedy), C(ZSTD_lazy), C(ZSTD_lazy2), C(ZSTD_btlazy2), C(ZSTD_btopt),
        C(ZSTD_btultra), C(ZSTD_btultra2),
    };
#undef C
    if (error_type == NO_VALUE) {
        error_type = exception_create_type(th, "compression.zstd.ZstdError", VALUE_OF(&exc_Exception), "An error occurred in the zstd library.");
        if (error_type == NO_VALUE) return -1;
        gc_add_root(&error_type);
        gc_add_root(&c_parameter_type);
        gc_add_root(&d_parameter_type);
    }
    for (size_t i = 0; i < ARRAY_LEN(c); i++)
        if (module_add_int(th, module, c[i].name, c[i].value) < 0) return -1;
    if (module_add_int(th, module, "ZSTD_CLEVEL_DEFAULT", ZSTD_CLEVEL_DEFAULT) < 0 || module_add_int(th, module, "ZSTD_DStreamOutSize", (int64_t)ZSTD_DStreamOutSize()) < 0 ||
        module_add_str(th, module, "zstd_version", ZSTD_versionString()) < 0 || module_add_int(th, module, "zstd_version_number", ZSTD_versionNumber()) < 0 ||
        module_add_type(th, module, &zstd_dict_type) < 0 || module_add_type(th, module, &type_ZstdCompressor) < 0 || module_add_type(th, module, &type_ZstdDecompressor) < 0)
        return -1;
    static const struct { const char *name; int value; } modes[] = {{"CONTINUE", ZSTD_e_continue}, {"FLUSH_BLOCK", ZSTD_e_flush}, {"FLUSH_FRAME", ZSTD_e_end}};
    for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
        Value name = str_intern_cstr(th, modes[i].name);
        if (name == NO_VALUE || type_set_own(th, &type_ZstdCompressor, name, value_imm_int(modes[i].value)) < 0) return -1;
    }
    return module_add(th, module, "ZstdError", new_ref(th, error_type));
}
const ModuleDef module__zstd = {.name = "_zstd", .doc = "Implementation module for Zstandard compression.", .methods = functions, .exec = zstd_exec};
