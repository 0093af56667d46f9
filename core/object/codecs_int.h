// SPDX-License-Identifier: MIT
// What the native encoders and decoders share: their positions, and what happens at an error.
#ifndef LADON_OBJECT_CODECS_INT_H
#define LADON_OBJECT_CODECS_INT_H

#include "core/object/bytes.h"
#include "core/object/codecs.h"
#include "core/object/str_int.h"

typedef enum ErrorKind { ERRORS_STRICT, ERRORS_IGNORE, ERRORS_REPLACE, ERRORS_BACKSLASH, ERRORS_XMLCHARREF, ERRORS_SURROGATEESCAPE,
                         ERRORS_SURROGATEPASS, ERRORS_OTHER } ErrorKind;
ErrorKind error_kind(const char *errors);

// A decoder at work: input, position, output. A handler may exchange the input.
typedef struct Decoder {
    Thread *th;
    const char *encoding, *errors;
    ErrorKind kind;
    const uint8_t *start; // input
    size_t n, at;         // its length; the position
    Value object;         // the input as a bytes object once an error made one; owned
    Value handler;        // looked up at the first error; owned
    StrBuilder out;
} Decoder;
void decoder_init(Decoder *d, Thread *th, const char *encoding, const char *errors, const void *p, size_t n);
// Handles the error in [start, end): adds the replacement and moves d->at (and maybe the input). 0 or -1.
int decoder_error(Decoder *d, size_t start, size_t end, const char *reason);
Value decoder_finish(Decoder *d);            // the Str
Value decoder_abort(Decoder *d);             // NO_VALUE

// An encoder at work. `put` encodes one replacement character; false when the encoding can't.
typedef struct Encoder Encoder;
struct Encoder {
    Thread *th;
    const char *encoding, *errors;
    ErrorKind kind;
    Value text;           // borrowed
    size_t at;
    Value handler;        // owned
    ByteBuilder out;
    bool (*put)(Encoder *e, uint32_t c);
    size_t unit;          // replacement bytes must be a multiple of it
    bool surrogates_pass; // "surrogatepass" applies to the encoding (utf-8, -16, -32)
    Value mapping;        // charmap; borrowed
};
void encoder_init(Encoder *e, Thread *th, const char *encoding, const char *errors, Value text, size_t hint);
int encoder_error(Encoder *e, size_t start, size_t end, const char *reason);
Value encoder_finish(Encoder *e);
Value encoder_abort(Encoder *e);

// codecs_handlers.c: the built-in handler functions by name; borrowed, NO_VALUE: none of this name.
int codec_handlers_init(Thread *th, Value registry);

#endif
