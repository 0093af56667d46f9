// SPDX-License-Identifier: MIT
// Codecs: the registry, error handlers, and the native encoders and decoders.
#ifndef LADON_OBJECT_CODECS_H
#define LADON_OBJECT_CODECS_H

#include "core/object/type.h"

// Raise UnicodeDecodeError / UnicodeEncodeError / UnicodeTranslateError with all five (four) fields. Always NO_VALUE.
Value codec_raise_decode(Thread *th, const char *encoding, const void *bytes, size_t n, size_t start, size_t end, const char *reason);
Value codec_raise_encode(Thread *th, const char *encoding, Value str, size_t start, size_t end, const char *reason);
Value codec_raise_translate(Thread *th, Value str, size_t start, size_t end, const char *reason);
// An exception of the first two kinds: type(encoding, object, start, end, reason). New reference.   may run Python
Value codec_make_error(Thread *th, Type *type, const char *encoding, Value object, size_t start, size_t end, const char *reason);

// Bytes that grow. A failure is remembered.
typedef struct ByteBuilder { Thread *th; uint8_t *p; size_t len, cap; bool failed; } ByteBuilder;
void byte_builder_init(ByteBuilder *b, Thread *th, size_t hint);
bool byte_builder_reserve(ByteBuilder *b, size_t extra);
static inline void byte_builder_put(ByteBuilder *b, uint8_t c) { if (byte_builder_reserve(b, 1)) b->p[b->len++] = c; }
void byte_builder_add(ByteBuilder *b, const void *p, size_t n);
Value byte_builder_finish(ByteBuilder *b);   // a bytes object; releases the builder
void byte_builder_abort(ByteBuilder *b);

// str.encode / bytes.decode. encoding NULL: "utf-8"; errors NULL: "strict". The usual encodings never reach the registry. New references.
//   may run Python: yes (registered codecs and error handlers)
Value codec_encode_text(Thread *th, Value str, const char *encoding, const char *errors);  // a bytes object
Value codec_decode_text(Thread *th, const void *p, size_t n, const char *encoding, const char *errors); // a Str
// The same when the bytes are an object (passed to a registered codec as it is).
Value codec_decode_object(Thread *th, Value bytes_like, const char *encoding, const char *errors);

// -X dev: the names of the encoding and of the error handler are looked up even where nothing is to be encoded. [c] after start.
extern bool codec_check_names;

// The registry (codecs.c).
Value codec_lookup(Thread *th, const char *encoding);            // the CodecInfo tuple
int codec_register(Thread *th, Value search_function);   // 0 or -1: TypeError when it is not callable
int codec_unregister(Thread *th, Value search_function);   // 0, also when it was not there, or -1
Value codec_lookup_error(Thread *th, const char *errors);        // handler; LookupError "unknown error handler name 'x'"
int codec_register_error(Thread *th, const char *errors, Value handler);   // replaces one of that name. 0 or -1: TypeError when handler is not callable
int codec_unregister_error(Thread *th, const char *errors);      // 1 removed, 0 was not there; ValueError for built-in ones
Value codec_encode(Thread *th, Value obj, const char *encoding, const char *errors); // codecs.encode
Value codec_decode(Thread *th, Value obj, const char *encoding, const char *errors); // codecs.decode

// Native coders. errors NULL: strict. consumed NULL: the input is final; else incomplete input at the end is left (*consumed = bytes used).
Value utf8_codec_decode(Thread *th, const void *p, size_t n, const char *errors, size_t *consumed);
Value utf8_codec_encode(Thread *th, Value str, const char *errors);
Value utf7_codec_decode(Thread *th, const void *p, size_t n, const char *errors, size_t *consumed);
Value utf7_codec_encode(Thread *th, Value str, const char *errors);
// byteorder: -1 little, 0 native with BOM, 1 big; *byteorder receives what a BOM said.
Value utf16_codec_decode(Thread *th, const void *p, size_t n, const char *errors, int *byteorder, size_t *consumed);
Value utf16_codec_encode(Thread *th, Value str, const char *errors, int byteorder);
Value utf32_codec_decode(Thread *th, const void *p, size_t n, const char *errors, int *byteorder, size_t *consumed);
Value utf32_codec_encode(Thread *th, Value str, const char *errors, int byteorder);
Value ascii_codec_decode(Thread *th, const void *p, size_t n, const char *errors);
Value ascii_codec_encode(Thread *th, Value str, const char *errors);
Value latin1_codec_decode(Thread *th, const void *p, size_t n, const char *errors);
Value latin1_codec_encode(Thread *th, Value str, const char *errors);
Value charmap_codec_decode(Thread *th, const void *p, size_t n, const char *errors, Value mapping);  // mapping NO_VALUE: latin-1
Value charmap_codec_encode(Thread *th, Value str, const char *errors, Value mapping);
Value charmap_build(Thread *th, Value str);                       // EncodingMap or dict
Value unicode_escape_decode(Thread *th, const void *p, size_t n, const char *errors, size_t *consumed);
Value unicode_escape_encode(Thread *th, Value str);
Value raw_unicode_escape_decode(Thread *th, const void *p, size_t n, const char *errors, size_t *consumed);
Value raw_unicode_escape_encode(Thread *th, Value str);
Value bytes_escape_decode(Thread *th, const void *p, size_t n, const char *errors);  // "string escapes" of bytes literals
Value bytes_escape_encode(Thread *th, const void *p, size_t n);

#endif
