// SPDX-License-Identifier: MIT
// The codec registry, and str.encode / bytes.decode. Search functions are asked in order and their answers cached by normalized name; the
// list and the two dicts are ordinary containers with their own locks, so lookups from many threads only race to the same answer.
// Encoding and decoding with the usual encodings never comes to the registry. May run Python (search functions, registered codecs).
#include <string.h>

#include "core/object/abstract.h"
#include "core/object/buffer.h"
#include "core/object/call.h"
#include "core/object/codecs_int.h"
#include "core/object/dict.h"
#include "core/object/list.h"
#include "core/object/module.h"
#include "core/object/tuple.h"
#include "gc/gc.h"
#include "sched/thread/lock.h"

static Value search_path;  // [c] List, once made
static Value search_cache; // [c] Dict: normalized name -> CodecInfo
static Value error_registry; // [c] Dict: name -> handler
static uint8_t registry_ready; // [a] 0 nothing, 1 being made, 2 made
static uint8_t encodings_imported; // [a]
static RtMutex registry_mutex = RT_MUTEX(MODULE);

static int registry_init_slow(Thread *th) {
    int r = 0;
    rt_mutex_lock(th, &registry_mutex);
    if (atomic_load_acquire(&registry_ready) != 2) {
        Value path = list_new(th, 0), cache = dict_new(th), errors = dict_new(th);
        if (path == NO_VALUE || cache == NO_VALUE || errors == NO_VALUE || codec_handlers_init(th, errors) < 0) {
            decref(th, path);
            decref(th, cache);
            decref(th, errors);
            r = -1;
        } else {
            search_path = path;
            search_cache = cache;
            error_registry = errors;
            gc_add_root(&search_path);
            gc_add_root(&search_cache);
            gc_add_root(&error_registry);
            atomic_store_release(&registry_ready, (uint8_t)2);
        }
    }
    rt_mutex_unlock(th, &registry_mutex);
    return r;
}
static int registry_init(Thread *th) { return LIKELY(atomic_load_acquire(&registry_ready) == 2) ? 0 : registry_init_slow(th); }

// ---- registering ----------------------------------------------------------------------------------------------------------------------

int codec_register(Thread *th, Value f) {
    if (registry_init(th) < 0) return -1;
    if (!object_callable(f)) {
        raise_type_error(th, "argument must be callable");
        return -1;
    }
    return list_append(th, AS(List, search_path), f);
}

int codec_unregister(Thread *th, Value f) {
    if (registry_init(th) < 0) return -1;
    List *path = AS(List, search_path);
    for (size_t i = 0; i < list_len(path); i++) {
        Value item = list_get(th, path, (intptr_t)i);
        if (item == NO_VALUE) {
            error_clear(th);
            break;
        }
        bool same = item == f;
        decref(th, item);
        if (same) {
            dict_clear(th, AS(Dict, search_cache)); // what it found may be gone
            decref(th, list_pop(th, path, (intptr_t)i));
            break;
        }
    }
    return 0;
}

// Lower case, runs of anything but letters, digits and '.' become one '_'. size counts the NUL; false when it doesn't fit.
static bool normalize(const char *name, char *out, size_t size) {
    size_t n = 0;
    bool gap = false;
    for (; *name; name++) {
        char c = *name;
        bool word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.';
        if (!word) {
            gap = true;
            continue;
        }
        if (n + 3 > size) return false;
        if (gap && n) out[n++] = '_';
        gap = false;
        out[n++] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    }
    out[n] = 0;
    return true;
}

static Value ask_searchers(Thread *th, Value name, const char *encoding) {
    List *path = AS(List, search_path);
    if (list_len(path) == 0) return raise_error(th, &exc_LookupError, "no codec search functions registered: can't find encoding");
    for (size_t i = 0; i < list_len(path); i++) {
        Value f = list_get(th, path, (intptr_t)i);
        if (f == NO_VALUE) return NO_VALUE;
        Value r = call1(th, f, name);
        decref(th, f);
        if (r == NO_VALUE) return NO_VALUE;
        if (r == VALUE_NONE) continue;
        if (!value_is_tuple(r) || AS(Tuple, r)->len != 4) {
            decref(th, r);
            return raise_type_error(th, "codec search functions must return 4-tuples");
        }
        return r;
    }
    return raise_error(th, &exc_LookupError, "unknown encoding: %s", encoding);
}

Value codec_lookup(Thread *th, const char *encoding) {
    if (registry_init(th) < 0) return NO_VALUE;
    size_t size = 2 * strlen(encoding) + 3;
    char small[128], *norm = size <= sizeof small ? small : mem_alloc(th, size);
    if (!norm) return NO_VALUE;
    normalize(encoding, norm, size);
    Value name = str_from_cstr(th, norm), found = NO_VALUE;
    if (norm != small) mem_free(norm);
    if (name == NO_VALUE) return NO_VALUE;
    int r = dict_get(th, AS(Dict, search_cache), name, &found);
    if (r == 0) {
        if (!atomic_load_acquire(&encodings_imported)) { // registers the standard search function
            Value m = import_module(th, "encodings");
            if (m == NO_VALUE) {
                decref(th, name);
                return NO_VALUE;
            }
            decref(th, m);
            atomic_store_release(&encodings_imported, (uint8_t)1);
        }
        found = ask_searchers(th, name, encoding);
        if (found != NO_VALUE && dict_set(th, AS(Dict, search_cache), name, found) < 0) clear_ref(th, &found);
    }
    decref(th, name);
    return r < 0 ? NO_VALUE : found;
}

// ---- error handlers -------------------------------------------------------------------------------------------------------------------

int codec_register_error(Thread *th, const char *errors, Value handler) {
    if (registry_init(th) < 0) return -1;
    if (!object_callable(handler)) {
        raise_type_error(th, "handler must be callable");
        return -1;
    }
    Value name = str_from_cstr(th, errors);
    int r = name == NO_VALUE ? -1 : dict_set(th, AS(Dict, error_registry), name, handler);
    decref(th, name);
    return r;
}

int codec_unregister_error(Thread *th, const char *errors) {
    static const char *const fixed[] = {"strict", "ignore", "replace", "xmlcharrefreplace", "backslashreplace", "namereplace", "surrogatepass", "surrogateescape"};
    if (registry_init(th) < 0) return -1;
    for (size_t i = 0; i < ARRAY_LEN(fixed); i++)
        if (strcmp(errors, fixed[i]) == 0) {
            raise_value_error(th, "cannot un-register built-in error handler '%s'", errors);
            return -1;
        }
    Value name = str_from_cstr(th, errors);
    int r = name == NO_VALUE ? -1 : dict_delete(th, AS(Dict, error_registry), name);
    decref(th, name);
    return r;
}

Value codec_lookup_error(Thread *th, const char *errors) {
    if (registry_init(th) < 0) return NO_VALUE;
    if (!errors) errors = "strict";
    Value name = str_from_cstr(th, errors), handler = NO_VALUE;
    if (name == NO_VALUE) return NO_VALUE;
    int r = dict_get(th, AS(Dict, error_registry), name, &handler);
    decref(th, name);
    if (r == 0) return raise_error(th, &exc_LookupError, "unknown error handler name '%s'", errors);
    return r < 0 ? NO_VALUE : handler;
}

// ---- through the registry -------------------------------------------------------------------------------------------------------------

static void add_note(Thread *th, const char *what, const char *encoding) {
    Value exc = error_fetch(th), note = str_format(th, "%s with '%s' codec failed", what, encoding);
    Value name = str_intern_cstr(th, "add_note");
    Value r = note == NO_VALUE || name == NO_VALUE ? NO_VALUE : call_method1(th, exc, name, note);
    if (r == NO_VALUE) error_clear(th);
    decref(th, r);
    decref(th, note);
    error_restore(th, exc);
}

// Item `which` of the codec's tuple (0 encoder, 1 decoder) called with (obj[, errors]): the first of the two results.
static Value run_codec(Thread *th, Value codec, int which, Value obj, const char *encoding, const char *errors) {
    Value args[2] = {obj, NO_VALUE};
    if (errors && (args[1] = str_from_cstr(th, errors)) == NO_VALUE) return NO_VALUE;
    Value pair = object_call(th, AS(Tuple, codec)->items[which], args, errors ? 2 : 1, NO_VALUE), r = NO_VALUE;
    decref(th, args[1]);
    if (pair == NO_VALUE) {
        add_note(th, which ? "decoding" : "encoding", encoding);
        return NO_VALUE;
    }
    if (!value_is_tuple(pair) || AS(Tuple, pair)->len != 2)
        raise_type_error(th, which ? "decoder must return a tuple (object,integer)" : "encoder must return a tuple (object, integer)");
    else r = new_ref(th, AS(Tuple, pair)->items[0]);
    decref(th, pair);
    return r;
}

static Value run_named(Thread *th, int which, Value obj, const char *encoding, const char *errors) {
    if (!encoding) encoding = "utf-8";
    Value codec = codec_lookup(th, encoding);
    Value r = codec ? run_codec(th, codec, which, obj, encoding, errors) : NO_VALUE;
    decref(th, codec);
    return r;
}
Value codec_encode(Thread *th, Value obj, const char *encoding, const char *errors) { return run_named(th, 0, obj, encoding, errors); }
Value codec_decode(Thread *th, Value obj, const char *encoding, const char *errors) { return run_named(th, 1, obj, encoding, errors); }

// The codec when it is a text encoding, else LookupError.
Value codec_lookup_text(Thread *th, const char *encoding, const char *alternative) {
    Value codec = codec_lookup(th, encoding);
    if (codec == NO_VALUE || value_is_exact_tuple(codec)) return codec;
    Value flag = NO_VALUE, name = str_intern_cstr(th, "_is_text_encoding");
    int r = name == NO_VALUE ? -1 : object_getattr_optional(th, codec, name, &flag);
    if (r > 0) {
        int truth = object_truth(th, flag);
        decref(th, flag);
        if (truth == 0) raise_error(th, &exc_LookupError, "'%.400s' is not a text encoding; use %s to handle arbitrary codecs", encoding, alternative);
        r = truth > 0 ? 1 : -1;
    }
    if (r < 0) clear_ref(th, &codec);
    return codec;
}

// ---- text -----------------------------------------------------------------------------------------------------------------------------

typedef enum NativeCodec { CODEC_OTHER, CODEC_UTF8, CODEC_ASCII, CODEC_LATIN1, CODEC_UTF16, CODEC_UTF32, CODEC_UTF16LE, CODEC_UTF16BE, CODEC_UTF32LE, CODEC_UTF32BE } NativeCodec;

static NativeCodec native_codec(const char *encoding) {
    if (!encoding) return CODEC_UTF8;
    char norm[16];
    if (!normalize(encoding, norm, sizeof norm)) return CODEC_OTHER;
    static const struct { const char *name; NativeCodec codec; } known[] = {
        {"utf_8", CODEC_UTF8}, {"utf8", CODEC_UTF8}, {"ascii", CODEC_ASCII}, {"us_ascii", CODEC_ASCII}, {"latin_1", CODEC_LATIN1},
        {"latin1", CODEC_LATIN1}, {"iso_8859_1", CODEC_LATIN1}, {"iso8859_1", CODEC_LATIN1}, {"utf_16", CODEC_UTF16}, {"utf16", CODEC_UTF16},
        {"utf_32", CODEC_UTF32}, {"utf32", CODEC_UTF32}, {"utf_16_le", CODEC_UTF16LE}, {"utf_16_be", CODEC_UTF16BE}, {"utf_32_le", CODEC_UTF32LE},
        {"utf_32_be", CODEC_UTF32BE},
    };
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (strcmp(norm, known[i].name) == 0) return known[i].codec;
    return CODEC_OTHER;
}

bool codec_check_names;

// 0, or -1 with LookupError.
static int check_names(Thread *th, const char *encoding, const char *errors) {
    if (LIKELY(!codec_check_names) || !atomic_load_acquire(&encodings_imported)) return 0;
    Value v;
    if (encoding && strcmp(encoding, "utf-8") != 0) {
        if ((v = codec_lookup(th, encoding)) == NO_VALUE) return -1;
        decref(th, v);
    }
    if (errors && strcmp(errors, "strict") != 0) {
        if ((v = codec_lookup_error(th, errors)) == NO_VALUE) return -1;
        decref(th, v);
    }
    return 0;
}

Value codec_encode_text(Thread *th, Value text, const char *encoding, const char *errors) {
    if (check_names(th, encoding, errors) < 0) return NO_VALUE;
    switch (native_codec(encoding)) {
    case CODEC_UTF8: return utf8_codec_encode(th, text, errors);
    case CODEC_ASCII: return ascii_codec_encode(th, text, errors);
    case CODEC_LATIN1: return latin1_codec_encode(th, text, errors);
    case CODEC_UTF16: return utf16_codec_encode(th, text, errors, 0);
    case CODEC_UTF32: return utf32_codec_encode(th, text, errors, 0);
    case CODEC_UTF16LE: return utf16_codec_encode(th, text, errors, -1);
    case CODEC_UTF16BE: return utf16_codec_encode(th, text, errors, 1);
    case CODEC_UTF32LE: return utf32_codec_encode(th, text, errors, -1);
    case CODEC_UTF32BE: return utf32_codec_encode(th, text, errors, 1);
    default: break;
    }
    Value codec = codec_lookup_text(th, encoding, "codecs.encode()");
    if (codec == NO_VALUE) return NO_VALUE;
    Value r = run_codec(th, codec, 0, text, encoding, errors);
    decref(th, codec);
    if (r == NO_VALUE || value_is_bytes(r)) return r;
    if (value_is_bytearray(r)) {
        Value b = NO_VALUE;
        if (warn_format(th, &exc_RuntimeWarning, 1, "encoder %s returned bytearray instead of bytes; use codecs.encode() to encode to arbitrary types", encoding) >= 0)
            b = bytes_from_object(th, r);
        decref(th, r);
        return b;
    }
    raise_type_error(th, "'%.400s' encoder returned '%T' instead of 'bytes'; use codecs.encode() to encode to arbitrary types", encoding, r);
    decref(th, r);
    return NO_VALUE;
}

static Value decode_native(Thread *th, NativeCodec codec, const void *p, size_t n, const char *errors) {
    int order = codec == CODEC_UTF16LE || codec == CODEC_UTF32LE ? -1 : codec == CODEC_UTF16BE || codec == CODEC_UTF32BE;
    switch (codec) {
    case CODEC_UTF8: return utf8_codec_decode(th, p, n, errors, NULL);
    case CODEC_ASCII: return ascii_codec_decode(th, p, n, errors);
    case CODEC_LATIN1: return latin1_codec_decode(th, p, n, errors);
    case CODEC_UTF16: case CODEC_UTF16LE: case CODEC_UTF16BE: return utf16_codec_decode(th, p, n, errors, &order, NULL);
    default: return utf32_codec_decode(th, p, n, errors, &order, NULL);
    }
}

static Value decode_registered(Thread *th, Value obj, const char *encoding, const char *errors) {
    Value codec = codec_lookup_text(th, encoding, "codecs.decode()");
    if (codec == NO_VALUE) return NO_VALUE;
    Value r = run_codec(th, codec, 1, obj, encoding, errors);
    decref(th, codec);
    if (r == NO_VALUE || value_is_str(r)) return r;
    raise_type_error(th, "'%.400s' decoder returned '%T' instead of 'str'; use codecs.decode() to decode to arbitrary types", encoding, r);
    decref(th, r);
    return NO_VALUE;
}

Value codec_decode_text(Thread *th, const void *p, size_t n, const char *encoding, const char *errors) {
    NativeCodec codec = native_codec(encoding);
    if (codec != CODEC_OTHER) return decode_native(th, codec, p, n, errors);
    Value obj = bytes_new(th, n ? p : "", n);
    if (obj == NO_VALUE) return NO_VALUE;
    Value r = decode_registered(th, obj, encoding, errors);
    decref(th, obj);
    return r;
}

Value codec_decode_object(Thread *th, Value x, const char *encoding, const char *errors) {
    if (check_names(th, encoding, errors) < 0) return NO_VALUE;
    NativeCodec codec = native_codec(encoding);
    if (value_is_bytes(x) && codec != CODEC_OTHER) return decode_native(th, codec, AS(Bytes, x)->data, AS(Bytes, x)->len, errors);
    if (!buffer_check(x)) return raise_type_error(th, "decoding to str: need a bytes-like object, %T found", x);
    Buffer b;
    if (buffer_get_stable(th, x, &b) < 0) return NO_VALUE;
    Value r;
    if (codec != CODEC_OTHER) {
        r = decode_native(th, codec, b.buf, b.len, errors);
    } else if (b.len == 0) {
        r = str_empty; // whatever the encoding
    } else {
        Value view = value_is_bytes(x) ? new_ref(th, x) : memoryview_new(th, x);
        r = view == NO_VALUE ? NO_VALUE : decode_registered(th, view, encoding, errors);
        decref(th, view);
    }
    buffer_release(th, &b);
    return r;
}
