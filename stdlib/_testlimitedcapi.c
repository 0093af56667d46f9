// SPDX-License-Identifier: MIT
// The module _testlimitedcapi: those helpers of CPython's own tests that mean something without a C API, so that the tests which use them
// run: access to sequences by C index, incremental codecs, attribute checks. Everything else of it is missing on purpose.
#include "core/object/abstract.h"
#include "core/object/bytes.h"
#include "core/object/call.h"
#include "core/object/codecs.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "core/object/tuple.h"

// A sequence index as C code passes it: negative ones count from the end once. 0 or -1.
static int index_arg(Thread *th, Value seq, Value v, Value *out) {
    intptr_t i = number_as_ssize(th, v, &exc_IndexError);
    if (i == -1 && error_pending(th)) return -1;
    if (i < 0) {
        intptr_t n = object_len(th, seq);
        if (n < 0) return -1;
        if ((i += n) < 0) {
            raise_error(th, &exc_IndexError, "index out of range");
            return -1;
        }
    }
    *out = value_imm_int(i);
    return 0;
}

static Value test_fn_sequence_getitem(Thread *th, Value self, Value *args) {
    Value i;
    return index_arg(th, args[0], args[1], &i) < 0 ? NO_VALUE : object_getitem(th, args[0], i);
}
static Value test_fn_sequence_setitem(Thread *th, Value self, Value *args) {
    Value i;
    if (index_arg(th, args[0], args[1], &i) < 0 || object_setitem(th, args[0], i, args[2]) < 0) return NO_VALUE;
    return value_imm_int(0);
}
static Value test_fn_sequence_delitem(Thread *th, Value self, Value *args) {
    Value i;
    if (index_arg(th, args[0], args[1], &i) < 0 || object_setitem(th, args[0], i, NO_VALUE) < 0) return NO_VALUE;
    return value_imm_int(0);
}

// codec_incrementalencoder(encoding, errors) and its opposite: item 4 and 5 of CodecInfo's attributes, called.
static Value incremental(Thread *th, Value *args, const char *attribute) {
    size_t n;
    Value hold;
    const char *encoding = value_is_str(args[0]) ? str_utf8(th, args[0], &n, &hold) : NULL;
    if (!encoding) return error_pending(th) ? NO_VALUE : raise_type_error(th, "encoding must be str, not %B", args[0]);
    Value codec = codec_lookup(th, encoding), make = NO_VALUE, r = NO_VALUE;
    decref(th, hold);
    if (codec != NO_VALUE && (make = object_getattr_cstr(th, codec, attribute)) != NO_VALUE)
        r = args[1] == NO_VALUE ? call0(th, make) : call1(th, make, args[1]);
    decref(th, make);
    decref(th, codec);
    return r;
}
static Value test_fn_codec_incrementalencoder(Thread *th, Value self, Value *args) { return incremental(th, args, "incrementalencoder"); }
static Value test_fn_codec_incrementaldecoder(Thread *th, Value self, Value *args) { return incremental(th, args, "incrementaldecoder"); }

static Value test_fn_object_hasattrstring(Thread *th, Value self, Value *args) {
    if (!value_is_bytes(args[1])) return raise_type_error(th, "name must be bytes, not %B", args[1]);
    Value v = NO_VALUE, name = str_from_utf8(th, (const char *)AS(Bytes, args[1])->data, AS(Bytes, args[1])->len);
    int r = name ? object_getattr_optional(th, args[0], name, &v) : -1;
    if (r < 0) error_unraisable(th, NULL, args[0]);
    decref(th, name);
    decref(th, v);
    return value_imm_int(r > 0);
}

#define F(name, sig) {#name, sig, test_fn_##name, NULL, 0}
static const MethodDef test_functions[] = {
    F(sequence_getitem, "(seq, i, /)"), F(sequence_setitem, "(seq, i, value, /)"), F(sequence_delitem, "(seq, i, /)"),
    F(codec_incrementalencoder, "(encoding, errors=None, /)"), F(codec_incrementaldecoder, "(encoding, errors=None, /)"),
    F(object_hasattrstring, "(obj, name, /)"),
    {0},
};
const ModuleDef module__testlimitedcapi = {.name = "_testlimitedcapi", .methods = test_functions};
