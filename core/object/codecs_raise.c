// SPDX-License-Identifier: MIT
// Raising the three Unicode exceptions with their fields. Runs their constructors; anyone may call it.
#include <string.h>

#include "core/object/bytes.h"
#include "core/object/call.h"
#include "core/object/codecs.h"
#include "core/object/int.h"
#include "core/object/str.h"

static Value raise_made(Thread *th, Type *type, Value exc) {
    if (exc != NO_VALUE) {
        raise_with_value(th, type, exc);
        decref(th, exc);
    }
    return NO_VALUE;
}

Value codec_make_error(Thread *th, Type *type, const char *encoding, Value object, size_t start, size_t end, const char *reason) {
    Value enc = str_from_cstr(th, encoding), why = str_from_cstr(th, reason), exc = NO_VALUE;
    if (enc != NO_VALUE && why != NO_VALUE) {
        Value args[5] = {enc, object, value_imm_int((int64_t)start), value_imm_int((int64_t)end), why};
        exc = object_call(th, VALUE_OF(type), args, 5, NO_VALUE);
    }
    decref(th, enc);
    decref(th, why);
    return exc;
}

Value codec_raise_decode(Thread *th, const char *encoding, const void *bytes, size_t n, size_t start, size_t end, const char *reason) {
    Value object = bytes_new(th, bytes ? bytes : "", n);
    if (object == NO_VALUE) return NO_VALUE;
    Value exc = codec_make_error(th, &exc_UnicodeDecodeError, encoding, object, start, end, reason);
    decref(th, object);
    return raise_made(th, &exc_UnicodeDecodeError, exc);
}

Value codec_raise_encode(Thread *th, const char *encoding, Value str, size_t start, size_t end, const char *reason) {
    return raise_made(th, &exc_UnicodeEncodeError, codec_make_error(th, &exc_UnicodeEncodeError, encoding, str, start, end, reason));
}

Value codec_raise_translate(Thread *th, Value str, size_t start, size_t end, const char *reason) {
    Value why = str_from_cstr(th, reason);
    if (why == NO_VALUE) return NO_VALUE;
    Value args[4] = {str, value_imm_int((int64_t)start), value_imm_int((int64_t)end), why};
    Value exc = object_call(th, VALUE_OF(&exc_UnicodeTranslateError), args, 4, NO_VALUE);
    decref(th, why);
    return raise_made(th, &exc_UnicodeTranslateError, exc);
}
