// SPDX-License-Identifier: MIT
// The module _lzma over liblzma (see codec.h).
#include "stdlib/compression/lzma_int.h"

#include "core/object/int.h"
#include "gc/gc.h"

enum { FORMAT_AUTO, FORMAT_XZ, FORMAT_ALONE, FORMAT_RAW };
enum { CHECK_UNKNOWN = LZMA_CHECK_ID_MAX + 1 };

typedef struct LzmaCompressor { Compressor c; lzma_stream z; } LzmaCompressor;                    // z [l]
typedef struct LzmaDecompressor { Decompressor d; int check; lzma_stream z; } LzmaDecompressor; // both [l]

static Value error_type; // [c] LZMAError, after the first import

Value lzma_raise_text(Thread *th, const char *fmt, unsigned long v) { return raise_error(th, AS(Type, error_type), fmt, v); }
Value lzma_raise(Thread *th, lzma_ret err) {
    const char *text;
    switch (err) {
    case LZMA_UNSUPPORTED_CHECK: text = "Unsupported integrity check"; break;
    case LZMA_MEM_ERROR: return raise_memory_error(th);
    case LZMA_MEMLIMIT_ERROR: text = "Memory usage limit exceeded"; break;
    case LZMA_FORMAT_ERROR: text = "Input format not supported by decoder"; break;
    case LZMA_OPTIONS_ERROR: text = "Invalid or unsupported options"; break;
    case LZMA_DATA_ERROR: text = "Corrupt input data"; break;
    case LZMA_BUF_ERROR: text = "Insufficient buffer space"; break;
    case LZMA_PROG_ERROR: text = "Internal error"; break;
    default: text = "Unrecognized error from liblzma: %lu";
    }
    return lzma_raise_text(th, text, (unsigned long)err);
}

// ---- one step of the library ----------------------------------------------------------------------------------------------------------

static int lzma_step(lzma_stream *z, int mode, const uint8_t **in, size_t *n, uint8_t **out, size_t *room) {
    z->next_in = *in;
    z->avail_in = *n;
    z->next_out = *out;
    z->avail_out = *room;
    lzma_ret err = lzma_code(z, (lzma_action)mode);
    *in = z->next_in;
    *n = z->avail_in;
    *out = z->next_out;
    *room = z->avail_out;
    return err;
}
// LZMA_BUF_ERROR: it could do nothing, for want of input or, without any, of output.
static int result_check(Thread *th, int err) {
    if (err == LZMA_STREAM_END) return RUN_END;
    if (err == LZMA_OK || err == LZMA_BUF_ERROR) return RUN_MORE;
    lzma_raise(th, (lzma_ret)err);
    return RUN_ERROR;
}
static int compress_step(void *self, int mode, const uint8_t **in, size_t *n, uint8_t **out, size_t *room) {
    return lzma_step(&((LzmaCompressor *)self)->z, mode, in, n, out, room);
}
static int compress_check(Thread *th, void *self, int mode, int err) { return result_check(th, err); }
static int decompress_step(void *self, int mode, const uint8_t **in, size_t *n, uint8_t **out, size_t *room) {
    return lzma_step(&((LzmaDecompressor *)self)->z, LZMA_RUN, in, n, out, room);
}
static int decompress_check(Thread *th, void *self, int mode, int err) {
    LzmaDecompressor *d = self;
    if (err != LZMA_GET_CHECK && err != LZMA_NO_CHECK) return result_check(th, err);
    d->check = (int)lzma_get_check(&d->z);
    return RUN_AGAIN;
}
static const Codec compress_codec = {compress_step, compress_check}, decompress_codec = {decompress_step, decompress_check};

// ---- the compressor -------------------------------------------------------------------------------------------------------------------

typedef struct Settings { int format, check; uint32_t preset; bool has_preset, has_filters; Filters filters; } Settings;

// 0, or -1 with the exception set.
static int start_encoder(Thread *th, lzma_stream *z, Settings *s) {
    const lzma_filter *f = s->filters.v;
    lzma_options_lzma options;
    lzma_ret err;
    switch (s->format) {
    case FORMAT_XZ:
        err = s->has_filters ? lzma_stream_encoder(z, f, (lzma_check)s->check) : lzma_easy_encoder(z, s->preset, (lzma_check)s->check);
        break;
    case FORMAT_ALONE:
        if (s->has_filters) {
            if (f[0].id != LZMA_FILTER_LZMA1 || f[1].id != LZMA_VLI_UNKNOWN) {
                raise_value_error(th, "Invalid filter chain for FORMAT_ALONE - must be a single LZMA1 filter");
                return -1;
            }
            err = lzma_alone_encoder(z, f[0].options);
        } else if (lzma_lzma_preset(&options, s->preset)) {
            lzma_raise_text(th, "Invalid compression preset: %lu", s->preset);
            return -1;
        } else {
            err = lzma_alone_encoder(z, &options);
        }
        break;
    default: err = lzma_raw_encoder(z, f);
    }
    if (err == LZMA_OK) return 0;
    lzma_raise(th, err);
    return -1;
}

static Value compressor_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value a[4];
    Settings s = {FORMAT_XZ, -1, LZMA_PRESET_DEFAULT, false, false, {{{0}}}};
    if (native_args_bind(th, &sig, "LZMACompressor", "(format=1, check=-1, preset=None, filters=None)", args, nargs, kwnames, a) < 0 ||
        (a[0] && number_as_int(th, a[0], &s.format) < 0) || (a[1] && number_as_int(th, a[1], &s.check) < 0))
        return NO_VALUE;
    s.has_preset = a[2] && a[2] != VALUE_NONE;
    s.has_filters = a[3] && a[3] != VALUE_NONE;
    if (s.has_preset && s.has_filters) return raise_value_error(th, "Cannot specify both preset and filter chain");
    if (s.has_preset && lzma_u32(th, a[2], &s.preset) < 0) return NO_VALUE;
    if (s.format != FORMAT_XZ && s.check != -1 && s.check != LZMA_CHECK_NONE) return raise_value_error(th, "Integrity checks are only supported by FORMAT_XZ");
    if (s.format < FORMAT_XZ || s.format > FORMAT_RAW) return raise_value_error(th, "Invalid container format: %d", s.format);
    if (s.format == FORMAT_RAW && !s.has_filters) return raise_value_error(th, "Must specify filters for FORMAT_RAW");
    if (s.check == -1) s.check = LZMA_CHECK_CRC64;
    Value r = NO_VALUE;
    if (!s.has_filters || filters_parse(th, a[3], &s.filters) == 0) {
        LzmaCompressor *c = NEW(LzmaCompressor, th, type);
        if (c) {
            c->z = (lzma_stream)LZMA_STREAM_INIT;
            if (start_encoder(th, &c->z, &s) == 0) r = VALUE_OF(c);
            else decref(th, VALUE_OF(c));
        }
    }
    filters_free(&s.filters);
    return r;
}
static void compressor_dealloc(Thread *th, Object *o) {
    lzma_end(&((LzmaCompressor *)o)->z);
    object_free(th, o);
}
static Value compressor_meth_compress(Thread *th, Value self, Value *args) {
    return compressor_compress(th, &AS(LzmaCompressor, self)->c, &compress_codec, LZMA_RUN, args[0]);
}
static Value compressor_meth_flush(Thread *th, Value self, Value *args) {
    return compressor_flush(th, &AS(LzmaCompressor, self)->c, &compress_codec, LZMA_FINISH);
}
static const MethodDef compressor_methods[] = {
    {"compress", "(self, data, /)", compressor_meth_compress, COMPRESS_DOC, 0},
    {"flush", "(self, /)", compressor_meth_flush, COMPRESS_FLUSH_DOC, 0},
    {0},
};
MODULE_TYPE_DEFINE(LZMACompressor, "_lzma.LZMACompressor", sizeof(LzmaCompressor), 0, .methods = compressor_methods,
                   .doc = "LZMACompressor(format=FORMAT_XZ, check=-1, preset=None, filters=None)\n\nCreate a compressor object for compressing data incrementally.",
                   .slots = {.new_ = compressor_slot_new, .dealloc = compressor_dealloc})

// ---- the decompressor -----------------------------------------------------------------------------------------------------------------

static int start_decoder(Thread *th, LzmaDecompressor *d, int format, uint64_t limit, const Filters *filters) {
    lzma_ret err;
    switch (format) {
    case FORMAT_AUTO: err = lzma_auto_decoder(&d->z, limit, LZMA_TELL_ANY_CHECK | LZMA_TELL_NO_CHECK); break;
    case FORMAT_XZ: err = lzma_stream_decoder(&d->z, limit, LZMA_TELL_ANY_CHECK | LZMA_TELL_NO_CHECK); break;
    case FORMAT_ALONE: d->check = LZMA_CHECK_NONE; err = lzma_alone_decoder(&d->z, limit); break;
    default: d->check = LZMA_CHECK_NONE; err = lzma_raw_decoder(&d->z, filters->v);
    }
    if (err == LZMA_OK) return 0;
    lzma_raise(th, err);
    return -1;
}
static Value decompressor_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value a[3];
    int format = FORMAT_AUTO;
    uint64_t limit = UINT64_MAX;
    if (native_args_bind(th, &sig, "LZMADecompressor", "(format=0, memlimit=None, filters=None)", args, nargs, kwnames, a) < 0 ||
        (a[0] && number_as_int(th, a[0], &format) < 0))
        return NO_VALUE;
    bool limited = a[1] && a[1] != VALUE_NONE, filtered = a[2] && a[2] != VALUE_NONE;
    if (limited) {
        if (format == FORMAT_RAW) return raise_value_error(th, "Cannot specify memory limit with FORMAT_RAW");
        if (number_as_unsigned(th, a[1], UINT64_MAX, "uint64_t", &limit) < 0) return NO_VALUE;
    }
    if (format == FORMAT_RAW && !filtered) return raise_value_error(th, "Must specify filters for FORMAT_RAW");
    if (format != FORMAT_RAW && filtered) return raise_value_error(th, "Cannot specify filters except with FORMAT_RAW");
    if (format < FORMAT_AUTO || format > FORMAT_RAW) return raise_value_error(th, "Invalid container format: %d", format);
    Filters filters = {{{0}}};
    Value r = NO_VALUE;
    if (!filtered || filters_parse(th, a[2], &filters) == 0) {
        LzmaDecompressor *d = NEW(LzmaDecompressor, th, type);
        if (d) {
            decompressor_init(&d->d);
            d->check = CHECK_UNKNOWN;
            d->z = (lzma_stream)LZMA_STREAM_INIT;
            if (start_decoder(th, d, format, limit, &filters) == 0) r = VALUE_OF(d);
            else decref(th, VALUE_OF(d));
        }
    }
    filters_free(&filters);
    return r;
}
static void decompressor_dealloc(Thread *th, Object *o) {
    LzmaDecompressor *d = (LzmaDecompressor *)o;
    lzma_end(&d->z);
    decompressor_release(th, &d->d);
    object_free(th, o);
}
static Value decompressor_meth_decompress(Thread *th, Value self, Value *args) {
    return decompressor_decompress(th, AS(Decompressor, self), &decompress_codec, args, "Already at end of stream");
}
static Value decompressor_get_check(Thread *th, Value self) {
    LzmaDecompressor *d = AS(LzmaDecompressor, self);
    work_lock(th, &d->d.lock);
    int check = d->check;
    work_unlock(th, &d->d.lock);
    return value_imm_int(check);
}
static const MethodDef decompressor_methods[] = {
    {"decompress", "(self, /, data, max_length=-1)", decompressor_meth_decompress, DECOMPRESS_DOC, 0},
    {0},
};
static const GetSetDef decompressor_getsets[] = {
    DECOMPRESSOR_GETSETS, {"check", decompressor_get_check, NULL, "ID of the integrity check used by the input stream."}, {0},
};
MODULE_TYPE_DEFINE(LZMADecompressor, "_lzma.LZMADecompressor", sizeof(LzmaDecompressor), 0, .methods = decompressor_methods, .getsets = decompressor_getsets,
                   .text_signature = "(format=FORMAT_AUTO, memlimit=None, filters=None)", .doc = "Create a decompressor object for decompressing data incrementally.",
                   .slots = {.new_ = decompressor_slot_new, .dealloc = decompressor_dealloc})

// ---- the module -----------------------------------------------------------------------------------------------------------------------

static Value lzma_fn_is_check_supported(Thread *th, Value self, Value *args) {
    int check;
    if (number_as_int(th, args[0], &check) < 0) return NO_VALUE;
    return value_bool(lzma_check_is_supported((lzma_check)check));
}
static const MethodDef functions[] = {
    {"is_check_supported", "(check_id, /)", lzma_fn_is_check_supported, "Test whether the given integrity check is supported.", 0},
    {"_encode_filter_properties", "(filter, /)", lzma_fn_encode_filter_properties, "Return a bytes object encoding the options (properties) of a filter.", 0},
    {"_decode_filter_properties", "(filter_id, encoded_props, /)", lzma_fn_decode_filter_properties, "Return a dict of the options (properties) of a filter.", 0},
    {0},
};
static int lzma_exec(Thread *th, Value module) {
    static const struct { const char *name; uint64_t value; } c[] = {
        {"FORMAT_AUTO", FORMAT_AUTO}, {"FORMAT_XZ", FORMAT_XZ}, {"FORMAT_ALONE", FORMAT_ALONE}, {"FORMAT_RAW", FORMAT_RAW},
        {"CHECK_NONE", LZMA_CHECK_NONE}, {"CHECK_CRC32", LZMA_CHECK_CRC32}, {"CHECK_CRC64", LZMA_CHECK_CRC64}, {"CHECK_SHA256", LZMA_CHECK_SHA256},
        {"CHECK_ID_MAX", LZMA_CHECK_ID_MAX}, {"CHECK_UNKNOWN", CHECK_UNKNOWN}, {"FILTER_LZMA1", LZMA_FILTER_LZMA1}, {"FILTER_LZMA2", LZMA_FILTER_LZMA2},
        {"FILTER_DELTA", LZMA_FILTER_DELTA}, {"FILTER_X86", LZMA_FILTER_X86}, {"FILTER_POWERPC", LZMA_FILTER_POWERPC}, {"FILTER_IA64", LZMA_FILTER_IA64},
        {"FILTER_ARM", LZMA_FILTER_ARM}, {"FILTER_ARMTHUMB", LZMA_FILTER_ARMTHUMB}, {"FILTER_SPARC", LZMA_FILTER_SPARC}, {"MF_HC3", LZMA_MF_HC3},
        {"MF_HC4", LZMA_MF_HC4}, {"MF_BT2", LZMA_MF_BT2}, {"MF_BT3", LZMA_MF_BT3}, {"MF_BT4", LZMA_MF_BT4}, {"MODE_FAST", LZMA_MODE_FAST},
        {"MODE_NORMAL", LZMA_MODE_NORMAL}, {"PRESET_DEFAULT", LZMA_PRESET_DEFAULT}, {"PRESET_EXTREME", LZMA_PRESET_EXTREME},
    };
    if (error_type == NO_VALUE) {
        error_type = exception_create_type(th, "_lzma.LZMAError", VALUE_OF(&exc_Exception), "Call to liblzma failed.");
        if (error_type == NO_VALUE) return -1;
        gc_add_root(&error_type);
    }
    for (size_t i = 0; i < ARRAY_LEN(c); i++)
        if (module_add(th, module, c[i].name, int_from_u64(th, c[i].value)) < 0) return -1;
    if (module_add_type(th, module, &type_LZMACompressor) < 0 || module_add_type(th, module, &type_LZMADecompressor) < 0) return -1;
    return module_add(th, module, "LZMAError", new_ref(th, error_type));
}
const ModuleDef module__lzma = {.name = "_lzma", .methods = functions, .exec = lzma_exec};
